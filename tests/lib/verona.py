"""The town the tests and the try-out are set in: who lives there, in which mood, and what Juliet says."""

import collections
import time

Person = collections.namedtuple("Person", "address name groups show status")

ROMEO = "romeo@montague.example"
JULIET = "juliet@capulet.example"
ROMEO_PASSWORD = "But soft! What light?"
PASSWORD = "By any other name"

# show is "" for available, None for offline.
PEOPLE = (
    Person(JULIET, "Juliet", ["Capulets"], "", "My bounty is as boundless as the sea"),
    Person("nurse@capulet.example", "Nurse", ["Capulets"], "away", "I am aweary, give me leave awhile"),
    Person("tybalt@capulet.example", "Tybalt", ["Capulets"], "dnd", "What, drawn, and talk of peace?"),
    Person("mercutio@montague.example", "Mercutio", ["Friends"], "chat", "I see Queen Mab hath been with you"),
    Person("benvolio@montague.example", "Benvolio", ["Friends"], "", "I do but keep the peace"),
    Person("balthasar@montague.example", "Balthasar", ["Friends"], None, None),
    Person("lady.montague@montague.example", "Lady Montague", ["Family"], "xa", "O, where is Romeo?"),
    Person("friar.laurence@montague.example", "Friar Laurence", ["Verona"], "away", "Wisely and slow"),
    Person("friar.john@montague.example", "Friar John", ["Verona"], None, None),
)

# What Juliet has said before Romeo signs in: minutes ago, and the line. The first ones are of another day.
SAID_BEFORE = (
    (26 * 60, "O Romeo, Romeo, wherefore art thou Romeo?"),
    (26 * 60 - 1, "Deny thy father and refuse thy name, or, if thou wilt not, be but sworn my love,\n"
                  "and I’ll no longer be a Capulet."),
    (12, "How camest thou hither, tell me, and wherefore? The orchard walls are high and hard to climb."),
    (11, "If they do see thee, they will murder thee."),
)

# What Romeo says to her, and her answers, one after the other.
ROMEO_SAYS = "Lady, by yonder blessed moon I vow, that tips with silver all these fruit-tree tops..."
ROMEO_ASKS = "What shall I swear by?"
ANSWERS = (
    "O, swear not by the moon, th’ inconstant moon, that monthly changes in her circled orb, "
    "lest that thy love prove likewise variable.",
    "Do not swear at all. Or, if thou wilt, swear by thy gracious self, which is the god of my idolatry, "
    "and I’ll believe thee.",
    "Well, do not swear. Although I joy in thee, I have no joy of this contract tonight.",
    "This bud of love, by summer’s ripening breath, may prove a beauteous flower when next we meet.",
    "My bounty is as boundless as the sea, my love as deep; the more I give to thee, the more I have, "
    "for both are infinite.",
    "Three words, dear Romeo, and good night indeed.",
    "Good night, good night! Parting is such sweet sorrow that I shall say good night till it be morrow.",
)


def settle(prosody):
    """Everybody's account and roster on a server that is not running yet: each of them and Romeo see each other."""
    prosody.add_account(ROMEO, ROMEO_PASSWORD)
    prosody.set_roster(ROMEO, [(person.address, person.name, person.groups) for person in PEOPLE])
    for person in PEOPLE:
        prosody.add_account(person.address, PASSWORD)
        prosody.set_roster(person.address, [(ROMEO, "Romeo", [])])


def speak_before(prosody):
    """What Juliet has said while Romeo was away, on a server that is not running yet."""
    now = int(time.time())
    for minutes, line in SAID_BEFORE:
        prosody.leave_line(JULIET + "/balcony", ROMEO, line, now - 60 * minutes)

#!/bin/sh
# Makes the tests' own certificate authority and the certificates that the fake server shows.
# Usage: make-certs.sh DIRECTORY
set -eu
mkdir -p "$1"
cd "$1"
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/ca.cnf" <<END
[ca]
default_ca = tests
[tests]
database = $work/index
serial = $work/serial
new_certs_dir = $work
default_md = sha256
policy = anything
unique_subject = no
copy_extensions = copy
[anything]
commonName = supplied
END
: > "$work/index"
echo 01 > "$work/serial"
both=DNS:montague.example,DNS:capulet.example

key () { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2> /dev/null; }
ca () { openssl ca -batch -notext -config "$work/ca.cnf" "$@" 2> /dev/null; }
hex () { od -An -tx1 | tr -d ' \n'; }

# authority NAME SUBJECT
authority () {
  key "$work/$1.key"
  openssl req -x509 -new -key "$work/$1.key" -subj "/CN=$2" -days 3650 -out "$work/$1.crt"
}

# wish NAME ALTERNATIVE-NAMES [SUBJECT [USAGE]]: a key, and what a certificate for it has to say
wish () {
  key "$work/$1.key"
  openssl req -new -utf8 -key "$work/$1.key" -subj "/CN=${3:-Tests' $1 server}" -addext "subjectAltName=$2" \
    ${4:+-addext "extendedKeyUsage=$4"} -out "$work/$1.csr"
}

# grant NAME FROM TO [AUTHORITY]: without an authority it is signed with its own key. Next to the certificate lies what
# it is known by.
grant () {
  if [ $# -gt 3 ]; then
    ca -cert "$work/$4.crt" -keyfile "$work/$4.key" -startdate "$2" -enddate "$3" -in "$work/$1.csr" -out "$work/$1.crt"
  else
    ca -selfsign -keyfile "$work/$1.key" -startdate "$2" -enddate "$3" -in "$work/$1.csr" -out "$work/$1.crt"
  fi
  cat "$work/$1.key" "$work/$1.crt" > "$1.pem"
  openssl x509 -in "$work/$1.crt" -outform DER | openssl dgst -sha256 -r | cut -d ' ' -f 1 > "$1.sha256"
}

authority ca "Tests' authority"
authority stranger "Nobody's authority"
cp "$work/ca.crt" ca.pem

wish good "$both"
grant good 20200101000000Z 20991231235959Z ca
wish verona "DNS:verona.example,DNS:*.verona.example,DNS:xn--vrona-bsa.example"
grant verona 20200101000000Z 20991231235959Z ca
wish wrong-name DNS:verona.example
grant wrong-name 20200101000000Z 20991231235959Z ca
wish expired "$both"
grant expired 20200101000000Z 20200201000000Z ca
wish not-yet-valid "$both"
grant not-yet-valid 20980101000000Z 20991231235959Z ca
wish unknown-ca "$both,IP:192.0.2.1"
grant unknown-ca 20200101000000Z 20991231235959Z stranger
wish self-signed "$both"
grant self-signed 20200101000000Z 20991231235959Z
wish self-signed-other "$both"
grant self-signed-other 20200101000000Z 20991231235959Z
wish self-signed-expired "$both"
grant self-signed-expired 20200101000000Z 20200201000000Z

# What its authority did not mean for a server of this name: other uses, names that do not count (RFC 9525), or those
# that GIO does not look at, and patterns that reach too far.
wish for-people "$both" "Romeo" clientAuth
grant for-people 20200101000000Z 20991231235959Z ca
wish common-name email:romeo@montague.example montague.example
grant common-name 20200101000000Z 20991231235959Z ca
srv_name="otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_xmpp-client.montague.example"
wish service-name "$srv_name,otherName:1.3.6.1.5.5.7.8.5;UTF8:montague.example"
grant service-name 20200101000000Z 20991231235959Z ca
wish wide "DNS:*,DNS:*.example,DNS:*.montague.example,DNS:mont*.example,DNS:montague.example.test,DNS:amontague.example"
grant wide 20200101000000Z 20991231235959Z ca

# What nobody honest has: a name with a NUL in it before 150 more, and a subject that turns the reading direction. The
# names are in DER, because openssl has no words for the first.
nul=$(printf 'montague.example\000.test' | hex)
many=$(for i in $(seq 100 249); do printf '8210%s' "$(printf 'n%s.verona.test' "$i" | hex)"; done)
wish hostile "DER:30820aa48216$nul$many" "$(printf 'Romeo\342\200\256oediloF')"
grant hostile 20200101000000Z 20991231235959Z

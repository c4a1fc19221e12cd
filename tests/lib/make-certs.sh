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

key () { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2> /dev/null; }

# issue NAME ALTERNATIVE-NAMES FROM TO
issue () {
  key "$work/$1.key"
  openssl req -new -key "$work/$1.key" -subj "/CN=Tests' $1 server" -addext "subjectAltName=$2" -out "$work/$1.csr"
  openssl ca -batch -notext -config "$work/ca.cnf" -cert ca.pem -keyfile "$work/ca.key" -startdate "$3" -enddate "$4" \
    -in "$work/$1.csr" -out "$work/$1.crt" 2> /dev/null
  cat "$work/$1.key" "$work/$1.crt" > "$1.pem"
}

key "$work/ca.key"
openssl req -x509 -new -key "$work/ca.key" -subj "/CN=Tests' authority" -days 3650 -out ca.pem

issue good DNS:montague.example,DNS:capulet.example 20200101000000Z 20991231235959Z
issue wrong-name DNS:verona.example 20200101000000Z 20991231235959Z
issue expired DNS:montague.example,DNS:capulet.example 20200101000000Z 20200201000000Z
issue not-yet-valid DNS:montague.example,DNS:capulet.example 20980101000000Z 20991231235959Z

key "$work/self-signed.key"
openssl req -x509 -new -key "$work/self-signed.key" -subj "/CN=Tests' self-signed server" -days 3650 \
  -addext "subjectAltName=DNS:montague.example,DNS:capulet.example" -out "$work/self-signed.crt"
cat "$work/self-signed.key" "$work/self-signed.crt" > self-signed.pem

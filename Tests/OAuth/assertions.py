"""Keys in every form that people have them in, and a look at assertions by another implementation than ours.

    assertions.py keys DIRECTORY     writes KIND.FORM.pem, and KIND.public.pem, KIND.cert.pem beside them
    assertions.py check              reads lines `PUBLIC-KEY-FILE JWT`, and verifies each; prints each one's claims
"""

import base64
import datetime
import json
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID

PHRASE = b'open "sesame" \xc3\xa9'
HASHES = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
CURVES = {"ES256": ("secp256r1", 32), "ES384": ("secp384r1", 48), "ES512": ("secp521r1", 66)}


def keys(directory):
    made = {
        "rsa3072": rsa.generate_private_key(65537, 3072),
        "rsa4096": rsa.generate_private_key(65537, 4096),
        "p256": ec.generate_private_key(ec.SECP256R1()),
        "p384": ec.generate_private_key(ec.SECP384R1()),
        "p521": ec.generate_private_key(ec.SECP521R1()),
    }
    forms = {"pkcs8": serialization.PrivateFormat.PKCS8, "old": serialization.PrivateFormat.TraditionalOpenSSL}
    for kind, key in made.items():
        for form, name in forms.items():
            for suffix, encryption in (
                ("", serialization.NoEncryption()),
                (".encrypted", serialization.BestAvailableEncryption(PHRASE)),
            ):
                pem = key.private_bytes(serialization.Encoding.PEM, name, encryption)
                write(f"{directory}/{kind}.{form}{suffix}.pem", pem)
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        write(f"{directory}/{kind}.public.pem", public)
        write(f"{directory}/{kind}.cert.pem", certificate(key, 365))
        write(f"{directory}/{kind}.ended.pem", certificate(key, -1))


def certificate(key, days):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kleene-ns test")])
    now = datetime.datetime.utcnow()
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=400))
    return (
        builder.not_valid_after(now + datetime.timedelta(days=days))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)
    import os

    os.chmod(path, 0o600)


def decoded(text):
    assert "=" not in text and "+" not in text and "/" not in text, "not the alphabet of URLs"
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def check():
    count = 0
    for line in sys.stdin:
        path, token = line.split()
        head, body, signature = token.split(".")
        header, claims, signature = json.loads(decoded(head)), json.loads(decoded(body)), decoded(signature)
        signed, algorithm = f"{head}.{body}".encode(), header["alg"]
        with open(path, "rb") as file:
            key = serialization.load_pem_public_key(file.read())
        digest = HASHES[algorithm[2:]]()
        if algorithm.startswith("PS"):
            # RFC 7518, 3.5: the salt is as long as the hash.
            key.verify(
                signature, signed, padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size), digest
            )
        else:
            curve, size = CURVES[algorithm]
            assert key.curve.name == curve and len(signature) == 2 * size, (key.curve.name, len(signature))
            numbers = [int.from_bytes(half, "big") for half in (signature[:size], signature[size:])]
            key.verify(encode_dss_signature(*numbers), signed, ec.ECDSA(digest))
        assert header["typ"] == "JWT" and 0 < claims["exp"] - claims["iat"] < 3600
        print(json.dumps({"header": header, "claims": claims}, sort_keys=True))
        count += 1
    print(f"verified {count}")


if sys.argv[1] == "keys":
    keys(sys.argv[2])
else:
    check()

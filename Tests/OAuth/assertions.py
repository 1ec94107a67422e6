"""Keys in every form that people have them in, and a look at assertions by another implementation than ours.

    assertions.py keys DIRECTORY     writes KIND.FORM.pem, and KIND.public.pem, KIND.cert.pem beside them
    assertions.py check              reads lines `PUBLIC-KEY-FILE JWT`, and verifies each; prints each one's claims
"""

import base64
import datetime
import json
import os
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import pkcs12
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
        write(f"{directory}/{kind}.ending.pem", certificate(key, 30))
        write(f"{directory}/{kind}.ended.pem", certificate(key, -1))
    unfit(directory, made["p256"])


def unfit(directory, good):
    """What people have beside a key that NetSuite takes, as OTHER.FORM.pem."""
    others = {
        "rsa1024": rsa.generate_private_key(65537, 1024),
        "rsa2048": rsa.generate_private_key(65537, 2048),
        "p192": ec.generate_private_key(ec.SECP192R1()),
        "p224": ec.generate_private_key(ec.SECP224R1()),
        "k256": ec.generate_private_key(ec.SECP256K1()),
        "brainpool": ec.generate_private_key(ec.BrainpoolP256R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
        "ed448": ed448.Ed448PrivateKey.generate(),
        "x25519": x25519.X25519PrivateKey.generate(),
        "dsa": dsa.generate_private_key(2048),
    }
    old = serialization.PrivateFormat.TraditionalOpenSSL
    for kind, key in others.items():
        clear = serialization.NoEncryption()
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, clear)
        write(f"{directory}/{kind}.pkcs8.pem", pem)
        if hasattr(key, "curve") or kind.startswith(("rsa", "dsa")):
            write(f"{directory}/{kind}.old.pem", key.private_bytes(serialization.Encoding.PEM, old, clear))
    clear = serialization.NoEncryption()
    der = good.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, clear)
    write(f"{directory}/der.pkcs8.pem", der)
    name = x509.load_pem_x509_certificate(certificate(good, 30))
    write(f"{directory}/pkcs12.pem", pkcs12.serialize_key_and_certificates(b"n", good, name, None, clear))
    write(f"{directory}/openssh.pem", good.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, clear))


def certificate(key, days):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kleene-ns test")])
    now = datetime.datetime.utcnow()
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1 if days > 0 else 400))
    return (
        builder.not_valid_after(now + datetime.timedelta(days=days))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, 0o600)


def decoded(text):
    assert "=" not in text and "+" not in text and "/" not in text, "not the alphabet of URLs"
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verified(path, token):
    """Header and claims of an assertion that is signed by the key of this file, as NetSuite's page wants it; else an exception."""
    head, body, signature = token.split(".")
    header, claims, signature = json.loads(decoded(head)), json.loads(decoded(body)), decoded(signature)
    signed, algorithm = f"{head}.{body}".encode(), header["alg"]
    with open(path, "rb") as file:
        key = serialization.load_pem_public_key(file.read())
    digest = HASHES[algorithm[2:]]()
    if algorithm.startswith("PS"):
        # RFC 7518, 3.5: the salt is as long as the hash.
        key.verify(signature, signed, padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size), digest)
    else:
        curve, size = CURVES[algorithm]
        assert key.curve.name == curve and len(signature) == 2 * size, (key.curve.name, len(signature))
        numbers = [int.from_bytes(half, "big") for half in (signature[:size], signature[size:])]
        key.verify(encode_dss_signature(*numbers), signed, ec.ECDSA(digest))
    assert set(header) == {"typ", "alg", "kid"} and header["typ"] == "JWT", header
    assert set(claims) == {"iss", "scope", "aud", "iat", "exp"} and 0 < claims["exp"] - claims["iat"] < 3600, claims
    return header, claims


def check():
    count = 0
    for line in sys.stdin:
        header, claims = verified(*line.split())
        print(json.dumps({"header": header, "claims": claims}, sort_keys=True))
        count += 1
    print(f"verified {count}")


if __name__ == "__main__":
    if sys.argv[1] == "keys":
        keys(sys.argv[2])
    else:
        check()

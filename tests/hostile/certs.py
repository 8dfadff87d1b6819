"""certs.py - certificates with one thing wrong, issued by the platform's own CA or by somebody else."""
import datetime
import itertools

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

NOW = datetime.datetime.utcnow()
DAY = datetime.timedelta(days=1)
numbers = itertools.count(1)


def load(cert, key):
    return (x509.load_pem_x509_certificate(open(cert, "rb").read()), serialization.load_pem_private_key(open(key, "rb").read(), None))


def name(common):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def make(issuer=None, uris=("renkei://demo.renkei/municipality/130001",), usage=ExtendedKeyUsageOID.CLIENT_AUTH, begin=NOW - DAY, end=NOW + 30 * DAY,
         digest=None, key=None, is_ca=False, more=()):
    """A certificate and its key; issuer is such a pair, None: signed by itself."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = name(f"peer {next(numbers)}")
    by, by_key = issuer or (None, key)
    made = (x509.CertificateBuilder().subject_name(subject).issuer_name(by.subject if by else subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key((by_key if by else key).public_key()), critical=False))
    if is_ca:
        made = made.add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
    if usage:
        made = made.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    if uris:
        made = made.add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri) for uri in uris]), critical=False)
    for extension in more:
        made = made.add_extension(extension, critical=True)
    return made.sign(by_key, digest or hashes.SHA256()), key


def weak_key():
    return rsa.generate_private_key(65537, 1024)


def unknown_extension(value=b"\x05\x00"):
    return x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.55555.1"), value)


def write(folder, pair, *chain):
    """PEM files of a pair; what else is sent stands behind the leaf."""
    stem = folder / f"peer-{next(numbers)}"
    cert, key = stem.with_suffix(".crt"), stem.with_suffix(".key")
    cert.write_bytes(b"".join(each.public_bytes(serialization.Encoding.PEM) for each in (pair[0], *chain)))
    key.write_bytes(pair[1].private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return str(cert), str(key)


def revocations(issuer, *certs):
    """A list of the issuer's that names these."""
    made = x509.CertificateRevocationListBuilder().issuer_name(issuer[0].subject).last_update(NOW - DAY).next_update(NOW + 30 * DAY)
    for cert in certs:
        made = made.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(cert.serial_number).revocation_date(NOW - DAY).build())
    return made.sign(issuer[1], hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

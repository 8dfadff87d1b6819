"""crowd.py - as many municipalities as Japan has, each with a certificate and a report of its own."""
import datetime
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from build import HERE
import demo as support

MUNICIPALITIES = 1741
YEAR, QUARTER = 2016, 1


def check_digit(front):
    return (11 - sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), front)) % 11) % 10


def codes(count=MUNICIPALITIES):
    """So many codes that the demo's registry has not, prefectures in turn."""
    fronts = (f"{prefecture:02}{number:03}" for number in range(301, 400) for prefecture in range(1, 48))
    found = (front + str(check_digit(front)) for front in fronts)
    return [code for code, _ in zip((c for c in found if c not in support.MUNICIPALITIES), range(count))]


class Crowd:
    """Registered with a platform's database; lines for the generator's stdin."""

    def __init__(self, bench):
        self.bench, self.codes = bench, codes()
        self.folder = bench.folder / "crowd"
        self.folder.mkdir()
        keys = bench.demo.folder / "keys"
        self.authority = x509.load_pem_x509_certificate((keys / "ca.crt").read_bytes())
        self.signer = serialization.load_pem_private_key((keys / "ca.key").read_bytes(), None)
        rows = [(code, f"renkei://demo.renkei/municipality/{code}", self.certify(code)) for code in self.codes]
        listed = "\n".join(f"{code}\t{uri}\t\\\\x{spki}" for code, uri, spki in rows)
        path = bench.folder / "crowd.sql"
        path.write_text(f"""create table load.crowd (code text, uri text, spki bytea);
copy load.crowd from stdin;
{listed}
\\.
insert into renkei.municipality (municipality_code, name_ja, kind, prefecture_code, state)
select code, '自治体' || code, 'town', left(code, 2), 'participating' from load.crowd;
insert into renkei.principal (principal_uri, role, municipality_code, name) select uri, 'municipality', code, '自治体' || code from load.crowd;
insert into renkei.certificate (principal_uri, spki_sha256) select uri, spki from load.crowd;
""")
        bench.sql_file(path)

    def certify(self, code):
        """A key and a certificate beside each other; gives the SHA-256 of the public key as hex."""
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.utcnow()
        uri = x509.UniformResourceIdentifier(f"renkei://demo.renkei/municipality/{code}")
        certificate = (x509.CertificateBuilder().subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, code)]))
                       .issuer_name(self.authority.subject).public_key(key.public_key()).serial_number(x509.random_serial_number())
                       .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=2))
                       .add_extension(x509.SubjectAlternativeName([uri]), False)
                       .add_extension(x509.BasicConstraints(False, None), True)
                       .add_extension(x509.KeyUsage(True, False, False, False, False, False, False, False, False), True)
                       .add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.CLIENT_AUTH]), False)
                       .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.authority.public_key()), False)
                       .sign(self.signer, hashes.SHA256()))
        (self.folder / f"{code}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        path = self.folder / f"{code}.key"
        path.touch(0o600)
        path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return hashlib.sha256(key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)).hexdigest()

    def lines(self, codes, periods=((YEAR, QUARTER),)):
        """One slot for each of these municipalities and periods, from the version that is stored."""
        have = {(c, int(y), int(q)): v for c, y, q, v in self.bench.demo.sql(
            "select municipality_code, fiscal_year, quarter, latest_version from renkei.report where variant = 'regular'")}
        return "".join(f"certificate {code} {self.folder}/{code}.crt {self.folder}/{code}.key\n" for code in codes) + "".join(
            f"report {code} {year} {quarter} {have.get((code, year, quarter), 0)}\n" for code in codes for year, quarter in periods)


BODY = HERE / "body.json"

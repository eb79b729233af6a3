"""Inès as the civil registry knows her, a number made up for her, and what the form of it sends."""

from lms.certification.rules.identity import Civil, key_of

INES = Civil(
    birth_name="Durand-Lê", first_names=("Inès", "Marie"), birth_year=1997, birth_month=7, birth_day=3, sex="F", insee_code="92002",
    birth_place="Antony",
)  # fmt: skip
BODY = "2970792002184"
NUMBER = BODY + key_of(BODY)
TYPED = {
    "birth_name": "Durand-Lê", "used_name": "", "first_names": "Inès, Marie", "birth_year": "1997", "birth_month": "7", "birth_day": "3",
    "sex": "F", "birth_place": "Antony", "insee_code": "92002", "postal_code": "", "birth_country": "France", "country_code": "",
    "number": f"2 97 07 92 002 184 {key_of(BODY)}",
}  # fmt: skip

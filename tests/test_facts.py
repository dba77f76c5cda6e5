import time
from dataclasses import fields

import pytest

from nlp.facts import (
    Ad,
    Facts,
    degree_mentions,
    facts,
    read_answer,
    read_degree,
    read_degree_fields,
    read_employment,
    read_languages,
    read_pay,
    read_seniority,
    read_work_mode,
    read_years,
)
from nlp.facts.amounts import number
from nlp.facts.seniority import by_title


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("Salary: $120,000 - $150,000 per year", "US", (120_000, 150_000, "USD", "YEAR")),
        ("Pay: 95k-110k", "GB", (95_000, 110_000, "GBP", "YEAR")),
        ("We pay $180-220k plus equity", None, (180_000, 220_000, "USD", "YEAR")),
        ("The base range is $140.5K – $162K.", None, (140_500, 162_000, "USD", "YEAR")),
        ("Day rate: £450/day, outside IR35", "GB", (450, 450, "GBP", "DAY")),
        ("The hourly rate is $38 to $41.", "CA", (38, 41, "CAD", "HOUR")),
        ("Toronto: $90,000 - $99,000 CAD", "US", (90_000, 99_000, "CAD", "YEAR")),
        ("Canada pay range: $90,000 - $99,000", "US", (90_000, 99_000, "CAD", "YEAR")),
        ("Salary band CAD $70,000 to CAD $81,000", None, (70_000, 81_000, "CAD", "YEAR")),
        ("Gehalt: 60.000 € - 75.000 € brutto im Jahr", "DE", (60_000, 75_000, "EUR", "YEAR")),
        ("Gross salary of €2.900 - €3.400 per month", "NL", (2_900, 3_400, "EUR", "MONTH")),
        ("Comp: ₹20–35L + ESOPs", "IN", (2_000_000, 3_500_000, "INR", "YEAR")),
        ("RAL fra i 38.000 e i 45.000 euro", "IT", (38_000, 45_000, "EUR", "YEAR")),
        ("CTC: 12-18 LPA", "IN", (1_200_000, 1_800_000, "INR", "YEAR")),
        ("Salary: ₹30,000.00 - ₹45,000.00 per month", "IN", (30_000, 45_000, "INR", "MONTH")),
        ("Salary up to £62k", "GB", (62_000, 62_000, "GBP", "YEAR")),
        ("Pay Range Minimum:\n\n71000\n\nPay Range Maximum:\n\n93000", "US", (71_000, 93_000, "USD", "YEAR")),
        ("Pay from $101,000/year in our smallest market up to $160,000/year", "US", (101_000, 160_000, "USD", "YEAR")),
        ("Austin: $100,000 - $120,000\nBoston: $115,000 - $140,000", "US", (100_000, 140_000, "USD", "YEAR")),
        ("$25.00 - $31.00 an hour, which is about $52K - $64K", "US", (25, 31, "USD", "HOUR")),
        ("Een salaris tussen de €3.100,- en €4.200,- per maand", "NL", (3_100, 4_200, "EUR", "MONTH")),
        ("Maximaal €80 per uur", "NL", (80, 80, "EUR", "HOUR")),
        ("Salaire : entre 1900€ et 2100€", "FR", (1_900, 2_100, "EUR", "MONTH")),
        ("Banda salarial: 27 - 32.000€ brutos anuales", "ES", (27_000, 32_000, "EUR", "YEAR")),
        ("RAL: 28-33K", "IT", (28_000, 33_000, "EUR", "YEAR")),
        ("Salário: R$ 7 mil", "BR", (7_000, 7_000, "BRL", "MONTH")),
        ("Sueldo: $9,800 mensuales", "MX", (9_800, 9_800, "MXN", "MONTH")),
        ("Løn: kr. 160,00 i timen", "DK", (160, 160, "DKK", "HOUR")),
        ("Wynagrodzenie: 14 000 - 18 000 zł brutto miesięcznie", "PL", (14_000, 18_000, "PLN", "MONTH")),
        ("Du verdienst 3.600 € brutto pro Monat", "DE", (3_600, 3_600, "EUR", "MONTH")),
        ("Rate: £480 P/D, inside IR35", "GB", (480, 480, "GBP", "DAY")),
        ("Pay rate: 45-52/hr", "US", (45, 52, "USD", "HOUR")),
        ("Salary £32-38,000", "GB", (32_000, 38_000, "GBP", "YEAR")),
        ("SALARY :RS.12,000 TO 20,000/MONTH", "IN", (12_000, 20_000, "INR", "MONTH")),
        ("Minimum salary: $60,000, maximum: $75,000", "US", (60_000, 75_000, "USD", "YEAR")),
        ("Grade 7 - £41,200 per annum", "GB", (41_200, 41_200, "GBP", "YEAR")),
        ("Base range (excluding bonus): $150,000 - $170,000", "US", (150_000, 170_000, "USD", "YEAR")),
        ("You may get a bonus.\n\n$99,000.00 - $120,000.00", "US", (99_000, 120_000, "USD", "YEAR")),
    ],
)
def test_pay_is_read_with_currency_and_period(text: str, country: str | None, expected: tuple[object, ...]) -> None:
    pay = read_pay(Ad(text), country).base
    assert pay is not None
    assert (pay.low, pay.high, pay.currency, pay.unit) == expected


@pytest.mark.parametrize(
    "text",
    [
        "We raised $40M in a Series B led by Northwind.",
        "The team manages budgets of $2 million to $5 million.",
        "A sign-on bonus of $10,000 is possible.",
        "401k match and a $1,500 yearly learning budget",
        "You get a €600 home office budget and €40 per month for lunch.",
        "Close deals of €20k–€90k ARR",
        "Earn up to £550 for every successful hire that you introduce.",
        "Referral bonus of $3,000 for each friend you bring",
        "Founded in 2015, we serve 120,000 - 150,000 users.",
        "A competitive salary and 30 days of holiday",
        "Salary: $0 - $0",
        "Competitive pay, 401K and dental",
        "Vale refeição de R$ 900 por mês",
        "Dobbiamo gestire un fatturato di €50.000 - €60.000",
        "The company pays $0 monthly for parking",
    ],
)
def test_other_sums_are_not_pay(text: str) -> None:
    assert read_pay(Ad(text), "US").base is None


@pytest.mark.parametrize(
    ("text", "base", "on_target"),
    [
        ("Base salary: $90,000 - $100,000. OTE: $180,000 - $200,000.", (90_000, 100_000), (180_000, 200_000)),
        ("£40k base, £75k OTE", (40_000, 40_000), (75_000, 75_000)),
        ("$55K-$70K + OTE $85K-$100K", (55_000, 70_000), (85_000, 100_000)),
        ("On-target earnings (OTE): $130,000 to $150,000", None, (130_000, 150_000)),
        ("Target total cash: $90,000.00 - $110,000.00", None, (90_000, 110_000)),
        ("The salary or on-target earnings range is $90,000 - $95,000", (90_000, 95_000), None),
        ("Place: remote\nSalary: $90,000 - $95,000", (90_000, 95_000), None),
        ("OTE £30k", None, (30_000, 30_000)),
    ],
)
def test_on_target_earnings_are_kept_apart_from_base_pay(
    text: str, base: tuple[int, int] | None, on_target: tuple[int, int] | None
) -> None:
    pay = read_pay(Ad(text), None)
    assert [found and (found.low, found.high) for found in (pay.base, pay.on_target)] == [base, on_target]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Salary: $0 - $0", "zero"),
        ("Pay: $85,000 - $90,000 per hour", "too_high"),
        ("Salary: $60 - $70 per year", "too_low"),
        ("Pay: $52.10/hour to $150,000/year", "too_wide"),
        ("Salary: $90,000 - $95,000 per year, not $1 per year", None),
        ("A discount of $90 a year on our product", None),
    ],
)
def test_pay_that_cannot_be_is_dropped_with_its_reason(text: str, reason: str | None) -> None:
    assert read_pay(Ad(text), "US").dropped_reason == reason


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.200,50", 1200.5),
        ("1,200.50", 1200.5),
        ("35.000", 35_000),
        ("100’000", 100_000),
        ("1,40,000", 140_000),
        ("45 000", 45_000),
        ("190.8", 190.8),
        ("127,198.9", 127_198.9),
        ("7", 7),
    ],
)
def test_separators_of_any_country_are_understood(written: str, value: float) -> None:
    assert number(written) == value


@pytest.mark.parametrize(
    ("text", "required", "preferred", "equivalent"),
    [
        ("Bachelor's degree in computer science", "bachelor", None, False),
        ("BS in Physics or equivalent practical experience", "bachelor", None, True),
        ("MS or PhD in a quantitative field", "master", None, False),
        ("An advanced degree in statistics", "master", None, False),
        ("Bachelor's degree required; Master's preferred", "bachelor", "master", False),
        ("A degree in engineering. Ideally a PhD.", "bachelor", "phd", False),
        ("Nice to have\n\n• Master's degree in maths", "none_stated", "master", None),
        ("Preferred Qualifications:\nPhD in machine learning", "none_stated", "phd", None),
        ("Bachelor's or associate's degree in finance", "none_stated", None, None),
        ("High school diploma or GED", "none_stated", None, None),
        ("No degree required, show us what you built", "none_stated", None, None),
        ("A high degree of ownership", "none_stated", None, None),
        ("You work beside PhD students on MS Office plugins as scrum master", "none_stated", None, None),
        ("B.Tech / M.Tech from a known institute", "bachelor", None, False),
        ("Abgeschlossenes Studium der Informatik oder vergleichbare Qualifikation", "bachelor", None, True),
        ("Diplôme d'ingénieur ou Bac+5 en informatique", "master", None, False),
        ("Laurea magistrale in matematica", "master", None, False),
        ("HBO- of WO-niveau in een technische richting", "bachelor", None, False),
    ],
)
def test_degree(text: str, required: str, preferred: str | None, equivalent: bool | None) -> None:
    ad = Ad(text)
    degree = read_degree(ad, degree_mentions(ad))
    assert (degree.required, degree.preferred, degree.equivalent_ok) == (required, preferred, equivalent)


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("5+ years of experience in software engineering", 5),
        ("At least three years building data pipelines", 3),
        ("Minimum of five (5) years' related experience", 5),
        ("Experience: 2-4 yrs", 2),
        ("0 to 2 years of experience", 0),
        ("5 plus years shipping web products", 5),
        ("Bachelor's and 6 years of experience, or Master's and 4 years of experience", 4),
        ("Bachelor's degree and 2 years of experience, or a Master's degree", None),
        ("6+ years of experience with Java\n3+ years of experience with SQL", 6),
        ("Mindestens 3 Jahre Berufserfahrung", 3),
        ("Al menos 4 años de experiencia", 4),
        ("Over the last 12 years our company has grown", None),
        ("With more than 20 years of experience, our firm serves banks", None),
        ("Candidates must be 18 years or older", None),
        ("A 2 year contract in our software team", None),
        ("3 years of Rust experience preferred", None),
        ("Nice to have:\n• 2+ years of experience with Go", None),
        ("4+ years of experience in Python (Go is a plus)", 4),
        ("A bachelor's degree in maths or 4 years of experience", None),
        ("A bachelor's degree or 4 years of experience\n3 years of experience with SQL", 3),
        ("Master required, PhD preferred -Minimum 6 years industry experience", 6),
        ("Experiencia mínima de 2-4 años como analista", 2),
        ("Experiência profissional superior a 3 anos", 3),
        ("Esperienza di 2–5 anni in progetti simili", 2),
        ("Minst 4 års erfarenhet, eller 5 år i branschen med erfarenhet", 5),
        ("Expert in C with more than 10 years of product development", 10),
        ("Northwind, with more than 15 years of experience, is a leader", None),
        ("Com mais de 12 anos de experiência, somos uma empresa de referência", None),
        ("We aren't looking for 10 years of experience", None),
    ],
)
def test_years_asked_of_every_candidate(text: str, least: float | None) -> None:
    years = read_years(Ad(text))
    assert (years.least if years else None) == least


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Senior Data Scientist", "senior"),
        ("Sr. ML Engineer", "senior"),
        ("Software Engineer II", "mid"),
        ("Data Analyst III", "senior"),
        ("Data Scientist I", "junior"),
        ("Senior Staff Engineer", "lead"),
        ("Principal Engineer, Search", "lead"),
        ("Associate Director, Data Science", "manager"),
        ("Head of AI", "manager"),
        ("AVP, Senior Developer", "senior"),
        ("Engineering Manager", "manager"),
        ("Product Manager", None),
        ("Member of Technical Staff", None),
        ("Lead Generation Specialist", None),
        ("Werkstudent Data Science", "intern"),
        ("Machine Learning Internship", "intern"),
        ("Graduate Software Engineer", "junior"),
        ("Junior/Senior Developer", "unstated"),
        ("Mid/Senior Backend Engineer", "mid"),
        ("Jr/Intermediate Developer", "junior"),
        ("R&D Engineer", None),
        ("Entwickler i Lund", None),
    ],
)
def test_level_in_a_title(title: str, level: str | None) -> None:
    assert by_title(title) == level


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We are looking for a senior backend engineer to join us.", ("senior", "text")),
        ("Seniority level: Junior", ("junior", "text")),
        ("Freshers are welcome to apply.", ("junior", "text")),
        ("A mid-level position in our data team", ("mid", "text")),
        ("You will mentor junior engineers and report to a senior manager.", ("unstated", None)),
        ("5+ years of experience", ("unstated", None)),
    ],
)
def test_text_gives_the_level_where_the_title_is_silent(text: str, expected: tuple[str, str | None]) -> None:
    assert read_seniority("Software Engineer", Ad(text)) == expected
    assert read_seniority("Lead Engineer", Ad(text)) == ("lead", "title")


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("This is a fully remote position.", "remote"),
        ("Acme | Engineer | REMOTE (US) | Full-time", "remote"),
        ("Work from anywhere in Europe", "remote"),
        ("#LI-Remote", "remote"),
        ("Hybrid work, three days in the office", "hybrid"),
        ("You spend 2 days per week in our Leeds office.", "hybrid"),
        ("Home office möglich", "hybrid"),
        ("We are remote-friendly.", "hybrid"),
        ("Work Location: In person", "onsite"),
        ("This role is on-site in Lyon.", "onsite"),
        ("Work Remotely:\nTemporarily due to COVID-19", "onsite"),
        ("Remote work is not possible.", "onsite"),
        ("Experience with hybrid cloud and remote sensing", "unstated"),
        ("Work with remote teams across our offices", "unstated"),
        ("Use Microsoft Office daily", "unstated"),
    ],
)
def test_work_mode_in_a_text(text: str, mode: str) -> None:
    assert read_work_mode("Engineer", None, Ad(text))[0] == mode


def test_title_or_place_may_state_the_work_mode() -> None:
    assert read_work_mode("Engineer (Remote)", None, Ad("Nice people.")) == ("remote", None, None)
    assert read_work_mode("Engineer", "Berlin (Hybrid)", Ad("Nice people.")) == ("hybrid", None, None)


def test_spans_point_at_the_words() -> None:
    text = (
        "İstanbul team\n\nBachelor's degree and 3 years of experience. Fully remote. Salary: €50,000 - €60,000 a year."
    )
    read = facts("Engineer", text, "DE")
    assert text[read.degree_start_char : read.degree_end_char] == "Bachelor's degree"
    assert text[read.years_start_char : read.years_end_char] == "3 years"
    assert text[read.work_mode_start_char : read.work_mode_end_char] == "Fully remote"
    assert text[read.salary_start_char : read.salary_end_char] == "€50,000 - €60,000"


def test_facts_are_the_columns_of_their_table() -> None:
    from importlib.resources import files

    schema = files("warehouse").joinpath("schema.sql").read_text(encoding="utf-8")
    columns = schema.split("create table job_posting_fact (")[1].split(");")[0]
    names = [column.split()[0] for column in columns.split(",")]
    assert ["content_hash", *(field.name for field in fields(Facts))] == names


def test_an_empty_ad_states_nothing() -> None:
    read = facts("", "")
    assert (read.degree_required, read.seniority, read.work_mode) == ("none_stated", "unstated", "unstated")
    assert read.base_salary_min is None and read.years_min is None


@pytest.mark.parametrize(
    "piece",
    [
        "$",
        "1,",
        "1 ",
        "$1 - ",
        "degree in a master of ",
        "5 years experience ",
        "office days ",
        "senior engineer ",
        "salary $100,000 - $120,000. ",
        "Preferred Qualifications: ",
        "And To ",
        "advanced a b c ",
        "level ",
        "\n",
        "or a ",
        "fluent in english, ",
        "english ",
        "not visa ",
        "obtain and maintain a security clearance ",
        "degree or bootcamp ",
        "full-time ",
        "bachelor in physics, ",
        "OTE $100k ",
        "self-taught or ",
        "job type: ",
    ],
)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    start = time.process_time()
    facts(text[:2_000], text)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Bachelor's degree in Computer Science, Statistics or a related field", ("computer_science", "statistics")),
        ("An engineering degree", ("engineering",)),
        ("BS or MS in Physics or Applied Mathematics and 5 years of data science", ("physics", "mathematics")),
        ("Master's in economics with experience in machine learning", ("economics",)),
        ("PhD in a quantitative field (e.g. Operations Research)", ("quantitative", "operations_research")),
        ("Abgeschlossenes Studium der Wirtschaftsinformatik oder Mathematik", ("information_systems", "mathematics")),
        ("Laurea magistrale in Ingegneria Informatica o Fisica", ("computer_science", "physics")),
        ("A bachelor's degree or equivalent", None),
        ("You know statistics and economics", None),
    ],
)
def test_fields_of_study_stand_beside_a_degree(text: str, fields: tuple[str, ...] | None) -> None:
    ad = Ad(text)
    found = read_degree_fields(ad, degree_mentions(ad))
    assert (found.fields if found else None) == fields


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Fluent in English and German (C1).", ("en", "de")),
        ("Excellent written and verbal English", ("en",)),
        ("English: required. French is a plus.", ("en",)),
        ("Fluency in Dutch or French", ("nl", "fr")),
        ("Sehr gute Deutsch- und Englischkenntnisse", ("de", "en")),
        ("Buena comunicación. Nivel alto de inglés, se valora francés", ("en",)),
        ("Ottima conoscenza della lingua inglese", ("en",)),
        ("A French-speaking analyst", ("fr",)),
        ("Ideally you speak Spanish", None),
        ("Nice to have:\n• Fluent in Italian", None),
        ("We are a German company with French customers and an office in an English town", None),
        ("Free English classes for all", None),
        ("Fluent in Python, with strong polish", None),
        ("We support users with limited English proficiency", None),
        ("Wir freuen uns auf Ihre deutschsprachige Bewerbung", None),
        ("You serve our English-speaking customers", None),
    ],
)
def test_languages_that_candidates_must_know(text: str, codes: tuple[str, ...] | None) -> None:
    found = read_languages(Ad(text))
    assert (found.codes if found else None) == codes


@pytest.mark.parametrize(
    ("table", "text", "answer"),
    [
        ("visa", "We sponsor visas for strong engineers.", True),
        ("visa", "Visa sponsorship and relocation are available.", True),
        ("visa", "We help you with your work permit.", True),
        ("visa", "We are unable to sponsor visas at this time.", False),
        ("visa", "Must be authorized to work in the US without sponsorship.", False),
        ("visa", "Visa sponsorship: No", False),
        ("visa", "No sponsorship is available for this role.", False),
        ("visa", "Visa sponsorship & relocation is not available.", False),
        ("visa", "You may work here with or without sponsorship.", None),
        ("visa", "Sponsorship: we cannot support visas.", False),
        ("visa", "Will you now or later require visa sponsorship?", None),
        ("visa", "Visa sponsorship may be available.", None),
        ("visa", "You report to the executive sponsor and book travel and visas.", None),
        ("visa", "Our clients pay by Visa and Mastercard.", None),
        ("clearance", "An active Secret clearance is required.", True),
        ("clearance", "Ability to obtain and maintain a security clearance", True),
        ("clearance", "Requirements\n• TS/SCI with polygraph", True),
        ("clearance", "No security clearance required", False),
        ("clearance", "A security clearance is a plus.", None),
        ("clearance", "Nice to have:\n• Active Secret clearance", None),
        ("clearance", "You arrange customs clearance for freight.", None),
        ("non_degree", "A degree, or a coding bootcamp", True),
        ("non_degree", "A CS graduate or a self-taught programmer", True),
        ("non_degree", "No degree required", True),
        ("non_degree", "Auch Quereinsteiger sind willkommen", True),
        ("non_degree", "A budget for conferences, courses and bootcamps", None),
        ("non_degree", "You are curious, proactive, self-taught and kind", None),
        ("non_degree", "A master's degree is not required", None),
    ],
)
def test_questions_that_an_ad_answers(table: str, text: str, answer: bool | None) -> None:
    found = read_answer(table, Ad(text))
    assert (found.answer if found else None) == answer


@pytest.mark.parametrize(
    ("title", "text", "kinds"),
    [
        ("Engineer", "Job Types: Full-time, Contract\nPay: $50 per hour", "FULL_TIME, CONTRACTOR"),
        ("Engineer", "Employment type\n\nPart time", "PART_TIME"),
        ("Engineer", "This is a full-time, permanent role.", "FULL_TIME"),
        ("Engineer", "A 6-month contract in Leeds", "CONTRACTOR"),
        ("Engineer", "We offer you a fixed-term contract.", "TEMPORARY"),
        ("Engineer", "Vollzeit, ab sofort", "FULL_TIME"),
        ("Engineer", "In Vollzeit oder Teilzeit", "FULL_TIME, PART_TIME"),
        ("Engineer", "We hire you as a full-time or part-time member of staff", "FULL_TIME, PART_TIME"),
        ("Engineer", "You turn a system maintained part-time into a product", None),
        ("Data Science Intern", "It may lead to a full-time position.", "INTERN"),
        ("Engineer (Contract)", "", "CONTRACTOR"),
        ("Engineer - Open Ended Contract", "", None),
        ("International Sales", "Full-time employees get dental.", None),
        ("Engineer", "3 years of full-time experience, or a full-time student", None),
        ("Engineer", "You review contracts with government contractors.", None),
    ],
)
def test_kind_of_employment(title: str, text: str, kinds: str | None) -> None:
    found = read_employment(title, Ad(text))
    assert (found.kinds if found else None) == kinds


def test_words_of_other_scripts_do_not_break_the_test_for_words() -> None:
    assert Ad("Ich weiß – “Größe” 5years").present(("weiß", "größe", "years", "re")) == ["weiß", "größe", "years"]

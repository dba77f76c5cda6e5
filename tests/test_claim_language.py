"""Claims are one line each: what they mean, what they ask of the warehouse, and what is no claim."""

import csv
import random
from collections.abc import Callable
from importlib.resources import files

import duckdb
import pytest

from warehouse.claims.contents import groups, literal, rivals, sql, values_sql
from warehouse.claims.language import MAX_CHARS, MAX_NESTING, ClaimError, parse
from warehouse.claims.tree import (
    AllOf,
    AnyOf,
    AtLeast,
    Category,
    Difference,
    Distance,
    Diversity,
    EverySkill,
    Fact,
    Kind,
    LogPay,
    Mean,
    Needed,
    Not,
    Number,
    Paired,
    Rank,
    Share,
    Side,
    Skill,
    Tag,
    Test,
    Thing,
)
from warehouse.claims.vocabulary import Vocabulary

SKILLS = [
    ("python", "Python", "language", []),
    ("java", "Java", "language", ["JVM language"]),
    ("c-plus-plus", "C++", "language", ["cpp"]),
    ("pytorch", "PyTorch", "ml_library", ["torch"]),
    ("torch", "Torch", "ml_library", ["Lua Torch"]),
    ("ui-ux", "UI/UX (web)", "design", []),
    ("mean-stack", "MEAN Stack", "framework", []),
    ("all", "All", "framework", []),
    ("deep-learning", "Deep Learning", "ml_method", []),
]
TAGS = [
    ("duty", "train-models", "Train models"),
    ("duty", "write-tests", "Write tests"),
    ("soft_skill", "teamwork", "Teamwork"),
    ("use_case", "python", "Python as a use case"),
]
VOCABULARY = Vocabulary(SKILLS, TAGS)
PYTHON, JAVA, CPP, PYTORCH = Skill("python"), Skill("java"), Skill("c-plus-plus"), Skill("pytorch")
AI, ML, DS, FS = (Side((r,)) for r in ("ai_engineer", "ml_engineer", "data_scientist", "full_stack_engineer"))
AI_ML = Side(AI.roles + ML.roles)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("ML > AI: pytorch", Difference(ML, ">", AI, PYTORCH)),
        ("ml>ai:PyTorch;", Difference(ML, ">", AI, PYTORCH)),
        ("AI = FS: tag teamwork", Difference(AI, "=", FS, Tag("teamwork"))),
        ("FS < others: java", Difference(FS, "<", Side(AI.roles + ML.roles + DS.roles), JAVA)),
        ("others > AI+ML: java", Difference(Side(DS.roles + FS.roles), ">", AI_ML, JAVA)),
        ("AI >= 50%: required python", Share(AI, ">", 50, Needed("required", PYTHON))),
        ("AI<=7.5 %: python", Share(AI, "<", 7.5, PYTHON)),
        (
            "all = 20%: fact pays",
            Share(Side(AI.roles + ML.roles + DS.roles + FS.roles), "=", 20, Fact("pays")),
        ),
        ("AI: any(python, Java) > ml_method", Paired(AI, AnyOf((PYTHON, JAVA)), ">", Category("ml_method"))),
        (
            "AI: number of category language < number of any(tags duty, pytorch)",
            Paired(AI, Number((Category("language"),)), "<", Number((Kind("duty"), PYTORCH))),
        ),
        ("AI+ML: python first of category language", Rank(AI_ML, PYTHON, (Category("language"),))),
        ("AI+ML: deep learning first of any(java, tag write-tests)", Rank(AI_ML, Skill("deep-learning"), (JAVA, Tag("write-tests")))),
        ("AI+ML: skills differ", Distance(AI, ML)),
        ("AI > FS: skill diversity", Difference(AI, ">", FS, Diversity())),
        ("AI > FS: log pay", Difference(AI, ">", FS, LogPay())),
        ("AI > FS: mean years_min", Difference(AI, ">", FS, Mean("years_min"))),
        ("AI > FS: number of skills", Difference(AI, ">", FS, Number((EverySkill(),)))),
        (
            "AI+ML[pytorch & !torch] > AI+ML[torch & !pytorch]: java",
            Difference(
                Side(AI_ML.roles, AllOf((PYTORCH, Not(Skill("torch"))))),
                ">",
                Side(AI_ML.roles, AllOf((Skill("torch"), Not(PYTORCH)))),
                JAVA,
            ),
        ),
    ],
)  # fmt: skip
def test_a_line_means_its_test(text: str, part: object) -> None:
    assert parse(text, VOCABULARY).parts == (part,)


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("PYTHON", PYTHON),  # a skill before a tag of that name
        ("tag python", Tag("python")),
        ("Deep-Learning", Skill("deep-learning")),
        ("deep   learning", Skill("deep-learning")),
        ("torch", Skill("torch")),  # a key before another skill's alias
        ("lua torch", Skill("torch")),
        ("C++", CPP),
        ('"c++"', CPP),
        ('"ui/ux (WEB)"', Skill("ui-ux")),
        ("mean stack", Skill("mean-stack")),
        ('"all"', Skill("all")),
        ("train models", Tag("train-models")),
        ("design", Category("design")),
        ("java | python & c++", AnyOf((JAVA, AllOf((PYTHON, CPP))))),
        ("(java | python) & c++", AllOf((AnyOf((JAVA, PYTHON)), CPP))),
        ("required java & python", AllOf((Needed("required", JAVA), PYTHON))),
        ("!java & python", AllOf((Not(JAVA), PYTHON))),
        ("at_least(2, java, python, java, c++)", AtLeast(2, (JAVA, PYTHON, CPP))),
        ("preferred any(java, category design)", Needed("preferred", AnyOf((JAVA, Category("design"))))),
        ("fact seniority=Junior", Fact("seniority", "junior")),
        ("fact degree_min = master", Fact("degree_min", "master")),
        ("fact degree_field=computer science", Fact("degree_field", "computer_science")),
    ],
)
def test_a_thing_is_written_as_people_write_it(text: str, thing: Thing) -> None:
    assert parse(f"AI > ML: {text}", VOCABULARY) == Test((Difference(AI, ">", ML, thing),))


def test_parts_stand_one_after_the_other() -> None:
    assert parse("AI > ML: java; AI+ML: skills differ; ", VOCABULARY).parts == (
        Difference(AI, ">", ML, JAVA),
        Distance(AI, ML),
    )


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("", 1, "a role (AI, ML, DS, FS, all, others)"),
        ("QA > AI: java", 1, '"QA"'),
        ("AI + > ML: java", 6, "a role"),
        ("AI+AI > ML: java", 4, "each role once"),
        ("AI+others > ML: java", 4, "each role once"),
        ("others > others: java", 10, "a side that leaves others"),
        ("all > others: java", 7, "a side that leaves others"),
        ("AI > AI+ML: java", 6, "another role than on the other side"),
        ("AI[java] > AI: python", 12, "another role than on the other side"),
        ("others > 5%: java", 1, "needs another side"),
        ("AI > ML java", 9, '":"'),
        ("AI ! ML: java", 4, '">", "<" or "="'),
        ("AI >= ML: java", 4, 'found ">="'),
        ("AI > 101%: java", 6, "from 0 to 100"),
        ("AI > ²%: java", 6, "from 0 to 100"),
        ("AI > 50: java", 8, '"%"'),
        ("AI > ML: ", 10, "found the end"),
        ("AI > ML: pytorhc", 10, "Nearest: pytorch"),
        ("AI > ML: tag trian-models", 14, "Nearest: train-models"),
        ("AI > ML: category languages", 19, "Nearest: language"),
        ("AI > ML: fact senority=mid", 15, "Nearest: seniority"),
        ("AI > ML: fact seniority=boss", 25, "intern, junior, mid, senior, lead, manager, unstated"),
        ("AI > ML: fact seniority", 24, '"="'),
        ("AI > ML: number of tags duti", 25, "Nearest: duty"),
        ("AI > ML: number of required java", 20, "required"),
        ("AI > ML: java python", 10, '"java"'),
        ('AI > ML: "java', 10, '"""'),
        ("AI > ML: any(java", 18, '")"'),
        ("AI > ML: java)", 14, '";" or the end'),
        ("AI > ML: at_least(3, java, python)", 19, "a number from 1 to 2"),
        ("AI > ML: at_least(2, java, java)", 19, "a number from 1 to 1"),
        ("AI > ML: required tag train-models", 19, "skills or categories"),
        ("AI > ML: required !java", 19, "skills or categories"),
        ("AI = ML: log pay", 10, "compares shares"),
        ("AI: java = number of skills", 12, "the same sort"),
        ("AI: number of skills = number of tags duty", 24, "compares shares"),
        ("AI: log pay > java", 13, "a second side"),
        ("AI: java", 9, 'or "first of"'),
        ("AI: skills differ", 1, "two roles"),
        ("AI+ML+DS: skills differ", 1, "two roles"),
    ],
)
def test_an_error_names_the_place_and_what_was_expected(text: str, position: int, says: str) -> None:
    with pytest.raises(ClaimError) as error:
        parse(text, VOCABULARY)
    assert f"position {position}:" in str(error.value)
    assert says in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "java " * 399,
        "AI > ML: " + "(" * 1_990,
        "AI > ML: " + "!" * (MAX_NESTING + 1) + "java",
        "AI > ML: " + "required " * 200 + "java",
        "AI" * 990 + " > ML: java",
        "AI > ML: " + "\N{GRINNING FACE}" * 1_900,
        "AI > ML: \0\x1b[31m\ud800",
        "AI > " + "9" * 1_900 + "%: java",
        "AI > ML: '; drop table job_posting; --",
        " " * MAX_CHARS,
        '"' * MAX_CHARS,
        "x" * 1_000_000,
    ],
)
def test_hostile_lines_are_errors_of_one_short_line(text: str) -> None:
    with pytest.raises(ClaimError) as error:
        parse(text, VOCABULARY)
    assert len(str(error.value)) < 250


def test_brackets_may_be_nested_but_not_without_end() -> None:
    n = MAX_NESTING - 1
    assert parse("AI > ML: " + "(" * n + "java" + ")" * n, VOCABULARY) == parse("AI > ML: java", VOCABULARY)
    with pytest.raises(ClaimError, match=f"at most {MAX_NESTING} levels"):
        parse("AI > ML: " + "(" * MAX_NESTING + "java" + ")" * MAX_NESTING, VOCABULARY)


def test_any_soup_of_tokens_is_a_test_that_reads_back_or_an_error() -> None:
    soup = (
        'AI ML others all + > < = : ; % 50 java python first of number tags duty skills differ ( ) [ ] , any( "c++" !'
    )
    words, choose = soup.split(), random.Random(7)
    n_tests = 0
    for _ in range(8_000):
        text = " ".join(choose.choices(words, k=choose.randint(1, 4)))
        text = choose.choice(["AI > ML: ", "AI > 50%: ", "AI: ", ""]) + text
        try:
            test = parse(text, VOCABULARY)
        except ClaimError:
            continue
        n_tests += 1
        assert parse(str(test), VOCABULARY) == test
    assert n_tests > 100


LEAVES: list[Callable[[], Thing]] = [
    *(lambda key=key: Skill(key) for key in ("python", "java", "c-plus-plus", "all")),
    *(lambda key=key: Category(key) for key in ("language", "ml_library", "design")),
    *(lambda key=key: Tag(key) for key in ("train-models", "teamwork")),
    lambda: Fact("degree_min", "bachelor"),
    lambda: Fact("degree_field", "statistics"),
    lambda: Fact("seniority", "junior"),
    lambda: Fact("non_degree_ok"),
    lambda: Fact("pays"),
]


def _random_thing(choose: random.Random, depth: int, only_skills: bool = False) -> Thing:
    if depth == 0 or choose.random() < 0.2:
        return choose.choice(LEAVES[:7] if only_skills else LEAVES)()
    form = choose.choice(["any", "all", "at_least", *([] if only_skills else ["not", "need"])])
    if form == "not":
        return Not(_random_thing(choose, depth - 1))
    if form == "need":
        return Needed(choose.choice(["required", "preferred"]), _random_thing(choose, depth - 1, only_skills=True))
    things = tuple(dict.fromkeys(_random_thing(choose, depth - 1, only_skills) for _ in range(3)))
    if form == "at_least":
        return AtLeast(choose.randint(1, len(things)), things)
    return AnyOf(things) if form == "any" else AllOf(things)


THINGS = [_random_thing(random.Random(seed), depth=1 + seed % 3) for seed in range(120)]


@pytest.mark.parametrize("thing", THINGS[:40], ids=str)
def test_what_a_test_is_written_as_is_the_same_test(thing: Thing) -> None:
    test = Test((Share(Side(ML.roles, thing), "<", 12.25, thing), Difference(AI, ">", FS, thing)))
    assert parse(str(test), VOCABULARY) == test


class Ad:
    """A made-up content: skill -> need bit, tags and facts; n postings show it."""

    def __init__(self, choose: random.Random) -> None:
        self.skills = {key: choose.choice([1, 2, 4, 9]) for key, *_ in SKILLS if choose.random() < 0.3}
        self.tags = [(kind, key) for kind, key, _ in TAGS if choose.random() < 0.4]
        self.degree = choose.choice(["none_stated", "bachelor", "master", "phd"])
        self.fields = choose.choice([None, ["statistics"], ["physics", "statistics"], ["stem"]])
        self.seniority = choose.choice([None, "junior", "unstated"])
        self.non_degree_ok = choose.choice([None, True])
        self.pay = choose.choice([None, 50_000.0, 100_000.0])
        self.years = choose.choice([None, 2.0, 5.0])
        self.n_postings = choose.randint(1, 3)

    def has(self, thing: Thing, bits: int | None = None) -> bool:
        def named(key: str) -> bool:
            return key in self.skills and (bits is None or self.skills[key] & bits > 0)

        match thing:
            case Skill(key):
                return named(key)
            case Category(key):
                return any(named(skill) for skill, _, category, _ in SKILLS if category == key)
            case Tag(key):
                return key in [tag for _, tag in self.tags]
            case Needed(need, inner):
                return self.has(inner, 1 if need == "required" else 2)
            case Not(inner):
                return not self.has(inner, bits)
            case AnyOf(things):
                return any(self.has(one, bits) for one in things)
            case AllOf(things):
                return all(self.has(one, bits) for one in things)
            case AtLeast(n, things):
                return sum(self.has(one, bits) for one in things) >= n
            case Fact("degree_min", _):
                return self.degree != "none_stated"
            case Fact("degree_field", value):
                return self.fields is not None and value in self.fields
            case Fact("seniority", value):
                return self.seniority == value
            case Fact("non_degree_ok", _):
                return self.non_degree_ok is True
            case Fact("pays", _):
                return self.pay is not None
        raise AssertionError(thing)


@pytest.fixture(scope="module")
def ads() -> list[Ad]:
    choose = random.Random(3)
    return [Ad(choose) for _ in range(60)]


@pytest.fixture(scope="module")
def con(ads: list[Ad]) -> duckdb.DuckDBPyConnection:
    """Those ads in the tables of a warehouse; the number of a content is its place in the list."""
    con = duckdb.connect()
    for name in ("schema.sql", "derived.sql"):
        con.execute(files("warehouse").joinpath(name).read_text(encoding="utf-8"))
    con.executemany(
        "insert into skill by name select ? as skill, ? as name, ? as category, [] as aliases", [s[:3] for s in SKILLS]
    )
    con.execute("insert into skill_number by name select row_number() over () as skill_no, skill from skill")
    con.executemany("insert into tag by name select ? as kind, ? as tag, ? as name, '' as definition", TAGS)
    for no, ad in enumerate(ads):
        content = f"{no:016x}"
        for skill, need in ad.skills.items():
            con.execute(
                "insert into skill_index select ?, skill_no, ? from skill_number where skill = ?", [no, need, skill]
            )
        for kind, tag in ad.tags:
            con.execute("insert into job_posting_tag values (?, ?, ?)", [content, kind, tag])
        con.execute(
            "insert into job_posting_fact by name select $1 as content_hash, $2 as degree_required, $3 as degree_fields, "
            "$4 as non_degree_ok, $5 as years_min",
            [content, ad.degree, ad.fields, ad.non_degree_ok, ad.years],
        )
        for posting in range(ad.n_postings):
            con.execute(
                "insert into posting_index by name select $1 as posting_id, 0 as seen_no, '' as cluster_id, 0 as cluster_no, "
                "$2 as content_hash, $3 as content_no, '' as employer, 0 as employer_no, '' as source, '' as board, "
                "true as full_text, '' as title, now() as first_seen_at, now() as last_seen_at, true as is_open, "
                "$4 as seniority, $5 as yearly_salary_usd_min, $5 as yearly_salary_usd_max",
                [f"{no}/{posting}", content, no, ad.seniority, ad.pay],
            )
    return con  # fmt: skip


@pytest.mark.parametrize("thing", THINGS, ids=str)
def test_the_query_of_a_thing_gives_each_content_that_has_it_once(
    thing: Thing, ads: list[Ad], con: duckdb.DuckDBPyConnection
) -> None:
    expected = [(no,) for no, ad in enumerate(ads) if ad.has(thing)]
    query, values = sql(thing)
    assert sorted(con.execute(query, values).fetchall()) == expected
    assert sorted(con.execute(literal(query, values)).fetchall()) == expected


def test_random_things_are_neither_always_nor_never_true(ads: list[Ad]) -> None:
    telling = [thing for thing in THINGS if 0 < sum(ad.has(thing) for ad in ads) < len(ads)]
    assert len(telling) > 80


@pytest.mark.parametrize(
    ("measure", "of_ad"),
    [
        ("number of skills", lambda ad: len(ad.skills) or None),
        ("number of tags duty", lambda ad: sum(kind == "duty" for kind, _ in ad.tags) or None),
        (
            "number of any(category language, python, tag python, tags use_case)",
            lambda ad: len({"python", "java", "c-plus-plus"} & {*ad.skills}) + (("use_case", "python") in ad.tags) or None,
        ),
        ("mean years_min", lambda ad: ad.years),
        ("log pay", lambda ad: {50_000.0: 10.8198, 100_000.0: 11.5129}.get(ad.pay)),
    ],
)  # fmt: skip
def test_the_query_of_a_measure_gives_the_value_of_each_content_that_has_one(
    measure: str, of_ad: Callable[[Ad], float | None], ads: list[Ad], con: duckdb.DuckDBPyConnection
) -> None:
    part = parse(f"AI > ML: {measure}", VOCABULARY).parts[0]
    assert isinstance(part, Difference) and isinstance(part.measure, Number | Mean | LogPay)
    query, values = values_sql(part.measure)
    rows = con.execute(literal(query, values)).fetchall()
    expected = {no: of_ad(ad) for no, ad in enumerate(ads) if of_ad(ad) is not None}
    assert len(rows) == len(expected) > 10
    assert dict(rows) == pytest.approx(expected, abs=1e-4)


def test_values_are_written_out_so_that_they_stay_values() -> None:
    query, values = sql(AnyOf((Skill("it's"), AtLeast(2, (Tag("a"), Tag("'); drop table tag; --"))))))
    written = literal(query, values)
    assert "'it''s'" in written and "'''); drop table tag; --'" in written and ">= 2" in written
    with pytest.raises(ValueError):
        literal(query, values[1:])


def test_the_vocabulary_of_a_warehouse_is_what_its_labels_know(con: duckdb.DuckDBPyConnection) -> None:
    found = Vocabulary.of(con)
    assert parse("AI > ML: Deep Learning; AI > ML: number of tags duty", found)
    assert found.category_of == VOCABULARY.category_of and found.kind_of == VOCABULARY.kind_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AI > ML: pytorch", ("ml_library",)),
        ("AI > ML: any(java, tag train-models, required python)", ("language", "duty")),
        ("AI > ML: any(java, tag train-models, !tag write-tests)", ("duty", "language")),
        ("AI[java] > ML[!java]: category ml_library", ("language", "ml_library")),
        ("AI: number of tags duty > number of any(java, category language)", ("language", "duty")),
        ("AI: java first of category design", ("language", "design")),
        ("AI > ML: any(fact pays, all(fact non_degree_ok, tag teamwork))", ("soft_skill",)),
        ("AI > ML: log pay", ()),
        ("AI > ML: number of skills", ()),
        ("AI+ML: skills differ", ()),
    ],
)
def test_a_part_rests_on_the_groups_of_what_it_names(text: str, expected: tuple[str, ...]) -> None:
    assert groups(parse(text, VOCABULARY).parts[0], VOCABULARY) == expected


def test_the_rivals_of_a_rank_are_single_skills_and_tags_without_the_thing_itself() -> None:
    part = parse("AI: python first of any(category language, tags duty, java)", VOCABULARY).parts[0]
    assert isinstance(part, Rank)
    assert rivals(part, VOCABULARY) == (JAVA, CPP, Tag("train-models"), Tag("write-tests"))


# --- The claims that ship ---

CLAIMS = list(csv.DictReader(files("warehouse").joinpath("claims/claims.csv").read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def shipped() -> Vocabulary:
    def rows(path: str) -> list[dict[str, str]]:
        return list(csv.DictReader(files("nlp").joinpath(path).read_text(encoding="utf-8").splitlines()))

    return Vocabulary(
        [(row["skill"], row["name"], row["category"], row["aliases"].split("|")) for row in rows("skills.csv")],
        [(row["kind"], row["tag"], row["name"]) for row in rows("tags/tags.csv")],
    )


def test_all_claims_of_the_three_essays_are_there_once() -> None:
    essays = {"A": 13, "B": 18, "C": 92}
    assert [row["claim_id"] for row in CLAIMS] == [
        f"{essay}{i:02}" for essay, n in essays.items() for i in range(1, n + 1)
    ]
    assert all(row["essay"] == row["claim_id"][0] and row["topic"] and row["claim"].endswith(".") for row in CLAIMS)


def test_claims_have_a_status_that_fits_their_test() -> None:
    assert {
        status: sum(row["status"] == status for row in CLAIMS) for status in ("testable", "proxy", "months", "never")
    } == {
        "testable": 105,
        "proxy": 12,
        "months": 5,
        "never": 1,
    }
    for row in CLAIMS:
        assert bool(row["test"]) == (row["status"] in ("testable", "proxy")), row["claim_id"]
        assert row["reading"] or row["status"] == "testable", f"{row['claim_id']}: why is it no plain test?"


def test_each_question_that_divides_the_essays_has_claims() -> None:
    questions = {"train_models", "training_marks_ml", "recommenders", "fine_tuning", "degrees_and_maths", "distinct"}
    assert {row["question"] for row in CLAIMS} - {""} == questions
    for question in questions:
        assert sum(row["question"] == question for row in CLAIMS) >= 2, question


@pytest.mark.parametrize("row", [row for row in CLAIMS if row["test"]], ids=lambda row: row["claim_id"])
def test_a_shipped_claim_reads_with_the_shipped_names(row: dict[str, str], shipped: Vocabulary) -> None:
    test = parse(row["test"], shipped)
    assert parse(str(test), shipped) == test
    for part in test.parts:
        assert not isinstance(part, Rank) or rivals(part, shipped)


def test_every_shipped_key_reads_as_itself(shipped: Vocabulary) -> None:
    for sort, keys in ((Skill, shipped.category_of), (Tag, shipped.kind_of)):
        for key in keys:
            assert parse(f"AI > ML: {sort(key)}", shipped).parts[0].measure == sort(key)  # type: ignore[union-attr]

"""``crm export``: the same file at the command line."""

import io

import pytest
from openpyxl import load_workbook

from crm.core.whole_files import whole_file
from tests.factories import make_country, make_follow_up, make_meeting
from tests.postgres import crm, crm_result, on_sqlite
from tests.processes import crm_process
from tests.serving import crm_from_nothing
from tests.sweep import signed_in


@pytest.fixture
def points(app):
    make_country("FR", "France")
    return [make_follow_up(country_code=code, text=f"From {code}") for code in ("FR", "FR")] + [
        make_follow_up(text="No country", kind="training")
    ]


def exported(app, *arguments):
    return crm(app, "export", *arguments).stdout_bytes


def test_it_is_the_file_of_the_page(app, points):
    reader = signed_in(app, "viewer")
    for query, arguments in (
        ("headers=keys", ["--headers", "keys"]),
        ("headers=keys&dialect=rfc4180", ["--headers", "keys", "--dialect", "rfc4180"]),
        ("headers=keys&country=FR", ["--headers", "keys", "--filter", "country=FR"]),
        (
            "headers=keys&kind=consultation&sort=-due_on",
            [
                *("--headers", "keys", "--filter", "country=FR"),
                *("--filter", "kind=consultation", "--filter", "sort=-due_on"),
            ],
        ),
    ):
        page = reader.open(f"/follow-ups.csv?{query}").response.get_data()
        assert exported(app, "follow-ups", *arguments) == page


def test_without_keys_it_is_for_people(app, points):
    text = exported(app, "follow-ups").decode()
    assert text.startswith("\ufeff")
    assert ";" in text.splitlines()[0]
    assert "id" not in text.splitlines()[0].split(";")


def test_excel_by_format_or_by_the_name_of_the_file(app, points, tmp_path):
    path = tmp_path / "points.xlsx"
    crm(app, "export", "follow-ups", "-o", str(path))
    for content in (path.read_bytes(), exported(app, "follow-ups", "--format", "xlsx")):
        sheet = load_workbook(io.BytesIO(content)).worksheets[0]
        assert sheet.max_row == 4


def test_the_file_named_is_written_and_nothing_else(app, points, tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("an older one")
    result = crm(app, "export", "follow-ups", "--headers", "keys", "-o", str(path))
    assert result.output == ""
    assert path.read_text(encoding="utf-8-sig").startswith("id;")
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["points.csv"]


def test_a_break_leaves_the_older_file_whole(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("an older one")

    def broken():
        with whole_file(path) as file:
            file.write(b"half of")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        broken()
    assert path.read_text() == "an older one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_device_is_written_to_not_replaced(tmp_path):
    with whole_file(type(tmp_path)("/dev/null")) as file:
        file.write(b"gone")
    assert not type(tmp_path)("/dev/null").is_file()


@on_sqlite
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["nonsense"],
            "no list 'nonsense'; there are: admin/digests, admin/files, admin/reference/rates, ",
        ),
        (["follow-ups", "--filter", "colour=red"], "no filter 'colour=red'; follow-ups has: "),
        (["follow-ups", "--filter", "country"], "no filter 'country'; "),
        (["follow-ups", "--filter", "page=2"], "no filter 'page=2'; "),
        (["follow-ups", "--filter", "status=lost"], "no such value: 'status=lost'; there are: "),
        (["follow-ups", "--filter", "due_from=soon"], "no such value: 'due_from=soon'"),
        (["follow-ups", "--filter", "sort=luck"], "no such value: 'sort=luck'; there are: urgency"),
        (["follow-ups", "--filter", "kind=training", "--filter", "kind=other"], "given twice"),
        (["follow-ups", "--format", "pdf"], "'pdf'"),
        (["follow-ups", "--headers", "all"], "'all'"),
        ([], "KIND"),
    ],
)
def test_wrong_usage_is_status_2_and_names_what_there_is(app, arguments, words):
    result = crm_result(app, "export", *arguments)
    assert result.exit_code == 2
    assert words in " ".join(result.output.split())


def test_a_folder_that_is_not_there_is_status_1(app, tmp_path):
    result = crm_result(app, "export", "meetings", "-o", str(tmp_path / "no" / "x.csv"))
    assert result.exit_code == 1
    assert f"cannot write {tmp_path}/no/x.csv: No such file or directory" in result.output


@on_sqlite
def test_as_a_process_it_writes_utf_8_and_one_line_of_trouble(app):
    make_meeting(title="Кездесу – Өскемен")
    done = crm_from_nothing(app, "export", "meetings", "--headers", "keys", LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Кездесу – Өскемен" in done.stdout
    wrong = crm_process(app, "export", "nonsense")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("crm: no list 'nonsense'; there are: ")
    assert wrong.stderr.count("\n") == 1

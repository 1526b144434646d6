"""A view as a file of any format."""

import csv
import sys
from importlib.util import find_spec
from xml.etree import ElementTree

import h5py
import pytest
from rich.segment import Segment
from rich.style import Style

from grokscope.errors import BadExport, MissingPackage
from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.away import writing
from grokscope.tui.away.writing import FORMATS, Taken, curve_rows, write
from grokscope.tui.curves.printing import scene
from grokscope.tui.curves.view import View

LINES = [[Segment("a curve "), Segment("⠢⢄", Style(color="red"))], [Segment("below  ")], []]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def one(pair):
    return scene(Catalogue(pair).refresh(), ["accuracy", "fisher_speed"], View())


def test_text_and_picture_hold_what_is_seen(tmp_path):
    taken = Taken("view", LINES)
    assert write(taken, tmp_path / "a.txt").startswith(f"{tmp_path}/a.txt: ")
    assert (tmp_path / "a.txt").read_text() == "a curve ⠢⢄\nbelow\n"
    write(taken, tmp_path / "a.SVG")
    picture = ElementTree.parse(tmp_path / "a.SVG").getroot()
    assert "⠢⢄" in "".join(picture.itertext())
    places = [float(one.get("y")) for one in picture.iter(f"{SVG}text") if one.get("x")]
    assert len({place for place in places if place > 0}) >= 2


def test_a_table_has_every_recorded_value(one, tmp_path):
    write(Taken("view", LINES, rows=lambda: curve_rows(one)), tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["run"] for row in rows} == {"modadd-grok-s0", "modadd-steady-s0"}
    found = [r for r in rows if r["run"] == "modadd-grok-s0" and r["curve"] == "test"]
    trace = (
        one.shown[[s.run.id for s in one.shown].index("modadd-grok-s0")]
        .book.quantities["accuracy"]
        .traces[1]
    )
    assert [float(row["value"]) for row in found] == trace.values.tolist()
    assert [int(row["step"]) for row in found] == trace.step.tolist()
    assert {row["quantity"].partition(".")[0] for row in rows} == {"accuracy", "fisher_speed"}


def test_netcdf_holds_the_runs(one, tmp_path):
    runs = [shown.run.path for shown in one.shown]
    write(Taken("view", LINES, runs=runs), tmp_path / "a.nc")
    with h5py.File(tmp_path / "a.nc") as file:
        assert file["modadd-grok-s0/metrics/test_accuracy"].shape == (201,)
        assert "trajectory" not in file["modadd-grok-s0"]


@pytest.mark.skipif(find_spec("matplotlib") is None, reason="needs matplotlib")
@pytest.mark.parametrize(
    ("suffix", "magic"),
    [(".png", b"\x89PNG"), pytest.param(".pdf", b"%PDF", marks=pytest.mark.slow)],
)
def test_pictures_are_drawn_by_the_program_in_a_process_of_its_own(suffix, magic, tmp_path):
    code = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nplt.show()\n"
    write(Taken("view", LINES, code), tmp_path / f"a b'{suffix}")
    assert (tmp_path / f"a b'{suffix}").read_bytes().startswith(magic)
    write(Taken("view", LINES, code), tmp_path / "a.py")
    assert (tmp_path / "a.py").read_text() == code


@pytest.mark.skipif(find_spec("matplotlib") is None, reason="needs matplotlib")
def test_a_program_that_fails_says_why(tmp_path):
    with pytest.raises(BadExport, match="not drawn: KeyError: 'loss'"):
        write(Taken("view", LINES, "raise KeyError('loss')"), tmp_path / "a.png")


def test_without_the_plotting_library_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "find_spec", lambda name: None)
    with pytest.raises(MissingPackage, match=r"pip install 'grokscope\[plot\]'"):
        write(Taken("view", LINES, "1"), tmp_path / "a.png")
    with pytest.raises(MissingPackage, match="cairosvg"):
        write(Taken("view", LINES), tmp_path / "a.png")


def test_a_page_of_text_becomes_a_picture_by_cairosvg(tmp_path, monkeypatch):
    class Cairo:
        @staticmethod
        def svg2png(bytestring, write_to):
            assert b"<svg" in bytestring
            (tmp_path / "a.png").write_bytes(b"drawn")
            assert write_to == str(tmp_path / "a.png")

    monkeypatch.setattr(writing, "find_spec", lambda name: name == "cairosvg" or None)
    monkeypatch.setitem(sys.modules, "cairosvg", Cairo)
    write(Taken("view", LINES), tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes() == b"drawn"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.docx", "tells no format; its suffix may be one of .txt, .svg"),
        ("a", "tells no format"),
        ("a.csv", "no table stands behind"),
        ("a.py", "no Python redraws"),
        ("a.nc", "no run stands behind"),
        ("there.txt", "there already; --force"),
        ("nowhere/a.txt", "is no directory"),
    ],
)
def test_what_cannot_be_written_says_why(name, said, tmp_path):
    (tmp_path / "there.txt").write_text("mine")
    with pytest.raises(BadExport, match=said):
        write(Taken("view", LINES), tmp_path / name)
    assert (tmp_path / "there.txt").read_text() == "mine"


def test_a_file_is_written_anew_where_that_is_forced_and_never_into_a_store(one, tmp_path):
    (tmp_path / "a.txt").write_text("old")
    write(Taken("view", LINES), tmp_path / "a.txt", force=True)
    assert (tmp_path / "a.txt").read_text() != "old"
    run = one.shown[0].run.path
    with pytest.raises(BadExport):
        write(Taken("view", LINES, runs=[run]), run / "a.txt", force=True)


def test_every_format_that_is_offered_can_be_written():
    assert set(FORMATS) <= set(writing.WRITERS)

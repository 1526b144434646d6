"""Files: presets and TOML, there and back, and files that are none."""

import pytest

from grokscope.config import Experiment, as_toml, load, preset, preset_names
from grokscope.config.files import parse
from grokscope.errors import BadConfig, UnknownName


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_loads_under_its_own_name(name):
    assert preset(name).name == name
    assert preset(name).title


@pytest.mark.parametrize("name", preset_names())
def test_toml_reads_back_what_it_wrote(name):
    assert parse(as_toml(preset(name).as_config()), "again") == preset(name)


def test_texts_with_quotes_survive_toml():
    config = preset("modadd-grok").as_config() | {"title": 'said "hi" \\ é'}
    assert parse(as_toml(config), "again").title == 'said "hi" \\ é'


def test_nothing_that_a_terminal_obeys_is_written_as_it_is():
    config = preset("modadd-grok").as_config() | {"title": "\x1b[31m\x9b31m\x7f"}
    text = as_toml(config)
    assert not set(text) & {"\x1b", "\x9b", "\x7f"}
    assert parse(text, "again").title == config["title"]


def test_a_path_is_read_like_a_preset(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(as_toml(preset("modadd-grok").as_config()))
    assert isinstance(load(str(path)), Experiment)


def test_a_file_without_a_name_names_its_experiment(tmp_path):
    path = tmp_path / "night-run.toml"
    text = as_toml(preset("modadd-grok").as_config()).replace('name = "modadd-grok"\n', "", 1)
    path.write_text(text)
    assert load(str(path)).name == "night-run"


def test_a_directory_is_no_experiment(tmp_path):
    with pytest.raises(UnknownName, match="and that path is a directory"):
        load(str(tmp_path))


def test_an_unknown_preset_names_the_nearest_and_all():
    with pytest.raises(
        UnknownName, match=r"'modad-grok', and no such file, did you mean 'modadd-grok'.*presets: "
    ):
        load("modad-grok")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name = ", "is not valid TOML"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"name = 'x'\n[task]\nname = 'modular_addition'\n[modle]", "mine.toml: unknown key modle"),
    ],
)
def test_a_file_that_is_no_experiment_is_named(tmp_path, content, message):
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(BadConfig, match=message):
        load(str(path))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadConfig, match=r"cannot read experiment file .*none\.toml"):
        load(str(tmp_path / "none.toml"))

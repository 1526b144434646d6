from grokscope.events import Yardstick
from grokscope.store.writing.provenance import describe, timestamp, unix_time
from tests.store.conftest import CONFIG

YARDSTICK = Yardstick(0.5, 100, 0.9, 0.8, "step")


def test_a_run_says_what_it_is_and_what_made_it():
    attrs = describe("id", CONFIG, YARDSTICK, (None, 200), 0.0)
    expected = {
        "run_id": "id", "name": "modadd-grok", "title": "modadd-grok", "seed": 3,
        "task": "modular_addition", "model": "mlp", "total_epochs": 200.0,
        "created": "1970-01-01T00:00:00.000000+00:00",
    }  # fmt: skip
    assert expected.items() <= attrs.items()
    assert "total_steps" not in attrs
    assert {"python_version", "numpy_version", "h5py_version"} <= attrs.keys()


def test_a_configuration_without_names_gives_a_run_all_the_same():
    attrs = describe("id", {"task": "own", "seed": 5}, YARDSTICK, (1, None), 0.0)
    assert (attrs["name"], attrs["task"], attrs["model"], attrs["seed"]) == ("id", "own", "", 5)


def test_what_a_run_is_held_against_reads_back():
    assert Yardstick.from_attrs(describe("id", {}, YARDSTICK, (None, None), 0.0)) == YARDSTICK


def test_times_read_back():
    assert unix_time(timestamp(1234.5)) == 1234.5
    assert unix_time("yesterday") == 0.0

import errno

import pytest

from grokscope.errors import Damaged, UnreadableNow
from grokscope.store.inspection import damage
from grokscope.store.inspection.fault import refusal, system_error

READ = (
    "Can't synchronously read data (file read failed: time = Mon Jan  1, filename = 'run.h5',"
    " file descriptor = 5, errno = {}, error message = 'any', buf = 0x1, total read size = 8)"
)


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ETIMEDOUT])
def test_what_the_system_does_not_give_is_not_told_as_damage(tmp_path, number):
    with pytest.raises(UnreadableNow, match="cannot be read now") as caught, damage(tmp_path / "a"):
        raise OSError(READ.format(number))
    assert not isinstance(caught.value, Damaged)


@pytest.mark.parametrize(
    "error",
    [
        OSError("Can't synchronously read data (wrong checksum)"),
        OSError(READ.format(0)),
        KeyError("metrics"),
        RuntimeError("bad heap, errno = 5 of something else"),
    ],
)
def test_what_hdf5_cannot_make_sense_of_is_damage(tmp_path, error):
    assert system_error(error) == 0
    with pytest.raises(Damaged, match="is damaged"), damage(tmp_path / "a"):
        raise error


def test_the_number_of_an_error_is_found_wherever_it_stands():
    assert system_error(OSError(errno.EIO, "no")) == errno.EIO
    assert system_error(OSError(READ.format(116))) == 116
    assert str(refusal(OSError(READ.format(5)), "a/run.h5", "is damaged")) == (
        "a/run.h5 cannot be read now: input/output error"
    )

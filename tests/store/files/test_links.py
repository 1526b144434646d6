import pytest

from grokscope.errors import Unreadable
from grokscope.store.files.links import refuse_links


def test_a_directory_with_its_own_parts_is_fine(tmp_path):
    (tmp_path / "segments").mkdir()
    (tmp_path / "file").symlink_to(tmp_path / "nowhere")
    refuse_links(tmp_path)


def test_a_part_that_is_a_link_is_told(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "segments").symlink_to(tmp_path)
    with pytest.raises(Unreadable, match="run 'run': segments is a symbolic link"):
        refuse_links(tmp_path / "run")


def test_a_run_that_is_a_link_is_told(tmp_path):
    (tmp_path / "run").symlink_to(tmp_path)
    with pytest.raises(Unreadable, match="run 'run': run is a symbolic link"):
        refuse_links(tmp_path / "run")

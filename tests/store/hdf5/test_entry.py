"""Entry: HDF5 is told to be in use by another thread, and free afterwards."""

import threading

import h5py

from grokscope.store.hdf5.entry import available


def test_it_is_available_when_nobody_is_inside():
    assert available()
    assert available()


def test_it_is_not_while_another_thread_is_inside():
    inside, leave = threading.Event(), threading.Event()

    def stay():
        with h5py._objects.phil:
            inside.set()
            leave.wait(30)

    thread = threading.Thread(target=stay)
    thread.start()
    assert inside.wait(30)
    assert not available()
    leave.set()
    thread.join()
    assert available()

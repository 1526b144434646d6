"""Several runs as one labelled array for each thing they recorded."""

import os
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

import xarray as xr

from grokscope.errors import BadArgument, MissingData, NotARun, UnknownName, listed, nearest, told
from grokscope.store.api.contents import Contents, analysis_keys, contents, of_group
from grokscope.store.api.labels import run_labels
from grokscope.store.api.stacking import Join, agreed, stack
from grokscope.store.api.tree import SELECTORS, Chunks, Selector, assembled, check_chunks, chunked
from grokscope.store.curves.reader import read_attrs
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import RunSummary, read_summary
from grokscope.store.location import named_store, open_store
from grokscope.store.query.finding import find_runs, none_fits, pick
from grokscope.store.schema import ANALYSIS, METRICS_GROUP, RUN_FILE, Group


def open_runs(
    runs: str | os.PathLike[str] | Iterable[Selector],
    store: str | os.PathLike[str] | None = None,
    *,
    group: str = METRICS_GROUP,
    variables: str | Iterable[str] | None = None,
    join: Join = "outer",
    chunks: Chunks = None,
) -> xr.Dataset:
    """Return one group of several runs as one cube: (run, step, ...) or (run, checkpoint, ...).

    Curves and measures are in memory. Parameters and probes are read when used, run by run: pick
    runs and checkpoints with `sel` or `isel` first, since arithmetic (`where` too) reads what it
    is done on; with `chunks` it reads piece by piece.

    Parameters
    ----------
    runs : str, path, or iterable of selectors, paths and RunSummary
        A text is a query, such as "init_scale>=3 and regime:grokking"; its runs come newest
        first. An iterable gives runs in its own order, each once.
    store : path, optional
        Where they are looked up; by default the store that the command line would use.
    group : str
        "metrics", "trajectory", "events", "analysis/<measure>" or "probe/<name>". A measure goes
        by its whole key, or by its name where one variant of it is stored.
    variables : str or iterable of str, optional
        Only these; by default all.
    join : "outer" or "inner"
        Steps (checkpoints) of the cube: the union of all, with NaN where a run has none, or the
        intersection of those that have the group: the others are left out, with a warning. They
        are joined exactly, none is interpolated.
    chunks : int, dict or "auto", optional
        Give dask arrays of such chunks.

    Returns
    -------
    Dataset
        Along `run` lie, as coordinates, `seed`, `status`, `regime`, `t_train`, `t_test`,
        `t_grok` (in the runs' time unit) and every configuration key in which the runs differ,
        under the short name that queries know it by. Attributes are those that all runs agree on.

    Raises
    ------
    NotARun
        If no run fits.
    BadQuery
        If a query cannot be understood.
    BadArgument
        If `runs`, one of them, or `store` is of another type.
    UnknownName
        If no run has such a group, measure or variable.
    MissingData
        If none of them recorded it.
    DifferentShapes
        If their arrays do not fit into one, naming the first difference.

    Examples
    --------
    >>> import grokscope
    >>> cube = grokscope.open_runs("demo and init_scale>=1")
    >>> dict(cube.sizes)
    {'run': 4, 'step': 61}
    >>> sorted(set(cube.init_scale.values.tolist()))
    [1.0, 10.0]

    The same seed at two scales, the mean over seeds, and only the runs that grokked:

    >>> cube.test_accuracy.where(cube.seed == 0, drop=True).sizes["run"]
    2
    >>> cube.groupby("init_scale").mean("run").test_accuracy.dims
    ('init_scale', 'step')
    >>> grokked = cube.where(cube.regime == "grokking", drop=True)
    >>> grokked.t_grok.values.tolist()
    [40.0, 40.0]

    One run, one step:

    >>> float(cube.train_accuracy.sel(run=cube.run[0], step=60))
    1.0

    Every network's parameters through training, read only where they are used:

    >>> weights = grokscope.open_runs("demo", group="trajectory")
    >>> weights.weight.dims
    ('run', 'checkpoint', 'weight__0', 'weight__1')
    >>> weights.weight.isel(weight__0=0, weight__1=0).sel(checkpoint=50).values.shape
    (4,)
    """
    found = _select(runs, store)
    kind, _, name = group.partition("/")
    if kind == ANALYSIS and name:
        group = f"{ANALYSIS}/{_measure(found, name)}"
    parts = [contents(run.path, group) for run in found]
    found, parts = _joined(found, parts, group, join)
    ids = [run.id for run in found]
    stacked = stack([_chosen(part, variables, parts) for part in parts], ids, join)
    taken = {*stacked, *(dim for one in stacked.values() for dim in one.dims)}
    labels = run_labels(found, taken)
    whole = assembled(
        of_group(Group(labels)) | stacked,
        agreed([read_attrs(run.path) | {"status": run.status} for run in found]),
    )
    check_chunks(chunks, map(str, whole.dims))
    return chunked(whole.set_coords(labels), chunks)


def _select(
    runs: str | os.PathLike[str] | Iterable[Selector], store: str | os.PathLike[str] | None
) -> list[RunSummary]:
    place = named_store(store)
    if isinstance(runs, str | os.PathLike):
        path = Path(runs)
        if (path / RUN_FILE).is_file():
            return [read_summary(path)]
        asked = os.fspath(runs)
        catalogue = Catalogue(open_store(place))
        fitting = find_runs(catalogue.store, asked)
        if not fitting:
            raise NotARun(none_fits(catalogue.store, asked, catalogue.refresh()))
        return fitting
    if not isinstance(runs, Iterable):
        raise BadArgument(f"runs is {told(runs)}; a query, or a list of runs can be given")
    found: dict[Path, RunSummary] = {}
    known: Catalogue | None = None
    for selector in runs:
        if not isinstance(selector, RunSummary | str | os.PathLike):
            raise BadArgument(f"runs holds {told(selector)}; {SELECTORS}")
        if isinstance(selector, RunSummary):
            run = selector
        elif (Path(selector) / RUN_FILE).is_file():
            run = read_summary(Path(selector))
        else:
            known = known or Catalogue(open_store(place))
            run = pick(known, os.fspath(selector))
        found.setdefault(run.path.resolve(), run)
    if not found:
        raise NotARun("no run given; name at least one to open")
    return list(found.values())


def _measure(runs: Sequence[RunSummary], name: str) -> str:
    """Return the key of the one stored variant of a measure."""
    known = sorted({key for run in runs for key in analysis_keys(run.path)})
    if name in known:
        return name
    fitting = [key for key in known if key.startswith(f"{name}.")]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UnknownName(f"{name!r} is stored in {len(fitting)} variants: {listed(fitting)}")
    guess = nearest(name, known)
    raise MissingData(f"no run here has a measure {name!r}{guess}; stored: {listed(known)}")


def _joined(
    runs: list[RunSummary], parts: list[Contents | None], group: str, join: Join
) -> tuple[list[RunSummary], list[Contents | None]]:
    """Return the runs of the cube and what they hold; by "inner", those that have the group."""
    if join not in ("outer", "inner"):
        raise UnknownName(f"join={join!r}; 'outer' and 'inner' are known")
    having = [i for i, part in enumerate(parts) if part is not None]
    if not having:
        raise MissingData(f"none of {len(runs)} runs has {group!r}")
    if join == "outer" or len(having) == len(runs):
        return runs, parts
    lacking = f"{len(runs) - len(having)} of {len(runs)} runs have no {group!r}"
    told = f"{lacking} and are left out; join='outer' gives NaN for them"
    warnings.warn(told, UserWarning, stacklevel=3)
    return [runs[i] for i in having], [parts[i] for i in having]


def _chosen(
    part: Contents | None,
    variables: str | Iterable[str] | None,
    parts: Sequence[Contents | None],
) -> Contents | None:
    if variables is None or part is None:
        return part
    wanted = [variables] if isinstance(variables, str) else list(variables)
    known = dict.fromkeys(name for each in parts if each is not None for name in each)
    for name in wanted:
        if name not in known:
            raise UnknownName(
                f"no run here has {name!r:.80}{nearest(name, known)}; known: {listed(known)}"
            )
    labels = {dim for one in part.values() for dim in one.dims}
    for one in part.values():
        labels |= set(str(one.attrs.get("coordinates", "")).split())
    return {name: one for name, one in part.items() if name in wanted or name in labels}

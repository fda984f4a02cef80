"""Histograms: counted in the caller at once, so that the row holds them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, ClassVar

from gnomon.sdk.values import bins as binning
from gnomon.sdk.values.media import BadValue, Place, Shelf, refusing
from gnomon.sdk.values.plain import Unloggable, array_of, histogram, is_array, plain

if TYPE_CHECKING:
    from typing_extensions import Self


class Histogram:
    """How many values lie where: `run.log({"weights": Histogram(array)})`.

    `sequence` is an array of any shape or a list of numbers, counted in `num_bins` bins of one width (at most 512);
    what is not finite is left out. Or give counts and edges as `numpy.histogram` returns them, as `np_histogram` or as
    the first argument. Raises UsageError for what is no numbers.
    """

    MAX_LENGTH: ClassVar[int] = 512
    suffix: ClassVar[str] = "histogram"

    @refusing
    def __init__(self, sequence: Any = None, np_histogram: Any = None, num_bins: int = 64) -> None:
        if np_histogram is None and _is_counted(sequence):
            np_histogram = sequence
        if np_histogram is not None:
            self.histogram, self.bins = _given(np_histogram)
        elif sequence is None:
            raise BadValue("A histogram is made of a sequence of numbers, or of counts and edges as np_histogram")
        else:
            if isinstance(num_bins, bool) or not hasattr(num_bins, "__index__") or num_bins < 1:
                raise BadValue(f"num_bins is a whole number from 1 to {self.MAX_LENGTH}, not {num_bins!r}")
            if num_bins > self.MAX_LENGTH:
                raise BadValue(f"A histogram has at most {self.MAX_LENGTH} bins, not {num_bins}")
            self.histogram, self.bins = _counted(sequence, int(num_bins))
        if len(self.histogram) > self.MAX_LENGTH:
            raise BadValue(f"A histogram has at most {self.MAX_LENGTH} bins, not {len(self.histogram)}")
        if len(self.histogram) + 1 != len(self.bins):
            raise BadValue(f"{len(self.histogram)} counts need one edge more than that, not {len(self.bins)} edges")

    def bound(self, place: Place, key: str, step: int) -> dict[str, Any]:
        """The value of the histogram; it has no file."""
        return histogram(self.histogram, self.bins)

    @classmethod
    def bound_list(cls, items: list[Any], place: Place, key: str, step: int) -> list[dict[str, Any]]:
        """One value for each."""
        return [item.bound(place, key, step) for item in items]

    def stored(self, shelf: Shelf) -> dict[str, Any]:
        """The JSON object of the histogram."""
        return histogram(self.histogram, self.bins)

    @classmethod
    def restored(cls, said: dict[str, Any], shelf: Shelf) -> Self:
        """The histogram back from what `stored` returned."""
        return cls(np_histogram=(said["values"], said["bins"]))

    def __repr__(self) -> str:
        return f"Histogram({sum(self.histogram)} in {len(self.histogram)} bins)"


def _is_counted(value: Any) -> bool:
    """Whether this is the pair that `numpy.histogram` returns."""
    if not isinstance(value, tuple) or len(value) != 2:
        return False
    counts, edges = value
    return all(hasattr(one, "__len__") for one in value) and len(edges) == len(counts) + 1


def _given(pair: Any) -> tuple[list[Any], list[Any]]:
    """Counts and edges that the caller counted."""
    try:
        counts, edges = (plain(one.tolist() if hasattr(one, "tolist") else list(one)) for one in pair)
    except (TypeError, ValueError, Unloggable):
        raise BadValue("np_histogram is a pair of counts and edges, as numpy.histogram returns it") from None
    for value in (*counts, *edges):
        if not isinstance(value, (int, float)):
            raise BadValue(f"Counts and edges of a histogram are numbers, not {value!r}")
    return counts, edges


def _counted(sequence: Any, bins: int) -> tuple[list[int], list[float]]:
    try:
        array = array_of(sequence) if is_array(sequence) else sequence
        numpy: Any = sys.modules.get("numpy")
        if numpy is not None and not is_array(array):
            array = numpy.asarray(plain(list(array)), dtype="float64")
        if is_array(array):
            if array.dtype.kind == "O":
                array = array.astype("float64")
            if array.dtype.kind not in "biuf":
                raise BadValue(f"A histogram is made of numbers, not of {array.dtype}")
            return binning.counted(array, bins)
        return binning.counted_plainly(_flat(plain(list(array))), bins)
    except BadValue:
        raise
    except Unloggable as error:
        raise BadValue(f"No histogram can be made of this: {error}") from None
    except Exception as error:
        raise BadValue(f"No histogram can be made of {type(sequence).__name__}: {error}") from None


def _flat(values: list[Any]) -> list[float]:
    found: list[float] = []
    for value in values:
        if isinstance(value, list):
            found += _flat(value)
        else:
            found.append(float(value))
    return found

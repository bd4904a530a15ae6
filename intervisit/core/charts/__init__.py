"""Numbers in, pictures out: SVG with a title, one sentence that says what it shows, and the data as a table.

- `network_map`: schools drawn from coordinates, hosts and partners joined, with a scale bar
- `year_timeline`: what happens when, month by month (values for `ui/year.html`)
- `bars`: one number for each of several things

No colour and no style attribute is written here: classes name the parts, the style sheet paints them.
"""

from intervisit.core.charts.bars import Bar, bars
from intervisit.core.charts.maps import Link, Point, distance_km, network_map
from intervisit.core.charts.values import Chart, ChartError
from intervisit.core.charts.years import Happening, Month, Year, year_timeline

__all__ = [
    "Bar",
    "Chart",
    "ChartError",
    "Happening",
    "Link",
    "Month",
    "Point",
    "Year",
    "bars",
    "distance_km",
    "network_map",
    "year_timeline",
]

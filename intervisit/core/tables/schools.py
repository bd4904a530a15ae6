"""The columns that an import of schools looks for, and the names that districts and states give them."""

from intervisit.core.tables.mapping import Column

# Names found in the published files of New York City, Massachusetts, OneRoster (orgs.csv) and Ed-Fi.
SCHOOL_COLUMNS: tuple[Column, ...] = (
    Column("code", "school code", "code", (
        "dbn", "school dbn", "school id", "schoolid", "school number", "location code", "sourcedId",
        "identifier",
        "org code", "ncessch", "nces id", "state school id", "id",
    ), required=True, max_length=40),
    Column("name", "school name", "name", (
        "school", "location name", "org name", "sch name", "name of institution", "school title", "title",
    ), required=True, max_length=150),
    Column("year", "school year", "year", ("academic year", "yr")),
    Column("district", "district", "text", (
        "district code", "district id", "district number", "administrative district", "district name", "lea",
    ), max_length=100),
    Column("borough", "borough", "text", ("boro", "county", "region"), max_length=100),
    Column("address", "address", "text", ("street address", "street", "address line 1", "primary address")),
    Column("town", "town", "text", ("city", "municipality", "town or city"), max_length=100),
    Column("zip", "ZIP code", "text", ("zip code", "zipcode", "postal code", "postcode"), max_length=20),
    Column("latitude", "latitude", "latitude", ("lat", "y coordinate wgs84")),
    Column("longitude", "longitude", "longitude", ("lon", "lng", "long", "x coordinate wgs84")),
    Column("grades", "grades", "grades", ("grades served", "grades offered", "grade span", "grade levels")),
    Column("grade_low", "lowest grade", "grade", ("low grade", "grade from", "min grade", "gslo")),
    Column("grade_high", "highest grade", "grade", ("high grade", "grade to", "max grade", "gshi")),
    Column("enrollment", "enrollment", "integer", (
        "enrolment", "total enrollment", "student enrollment", "number of students", "students", "pupils",
    ), minimum=0, maximum=100_000),
    Column("pct_poverty", "percent in poverty", "percent", (
        "poverty", "percent poverty", "poverty percent", "pct economically disadvantaged",
        "percent economically disadvantaged", "pct free or reduced lunch", "percent low income",
    )),
    Column("pct_ell", "percent English language learners", "percent", (
        "ell", "percent ell", "ell percent", "percent english learners", "pct english language learners",
    )),
    Column("pct_swd", "percent students with disabilities", "percent", (
        "swd", "percent swd", "swd percent", "percent students with disabilities", "pct special education",
    )),
    Column("school_type", "school type", "text", ("type", "quality report school type", "school level")),
    Column("superintendent", "superintendent", "name", ("superintendent name", "area superintendent")),
    Column("principal", "principal", "name", ("principal name", "head of school", "school leader")),
)  # fmt: skip

"""Countries, as in ISO 3166-1 alpha-2."""

import pycountry

COUNTRIES = tuple(sorted(country.alpha_2 for country in pycountry.countries))

"""What privacy asks when a person wants a copy of their data. Never routed from outside."""

from billing.queries.person_data import PERSON_DATA
from chassis.person_data import person_data_blueprint

blp = person_data_blueprint(PERSON_DATA)

"""What privacy asks when a person wants a copy of their data. Never routed from outside."""

from chassis.person_data import person_data_blueprint
from notifications.queries.person_data import PERSON_DATA

blp = person_data_blueprint(PERSON_DATA)

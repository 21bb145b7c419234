"""Identity's own commands, as the command line takes them."""

from identity.commands import create_admin, keys

COMMANDS = {"create-admin": ("make an administrator of the platform", create_admin.add_arguments, create_admin.run)}
TOOLS = {"keys": ("make, show and drop the keys that sign tokens", keys.add_arguments, keys.run)}

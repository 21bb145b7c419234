"""Identity's own commands, as the command line takes them."""

from identity.commands import audit, create_admin, keys, second_factor

COMMANDS = {
    "create-admin": ("make an administrator of the platform", create_admin.add_arguments, create_admin.run),
    "audit": ("verify the record of rights", audit.add_arguments, audit.run),
    "second-factor": ("drop a person's, or seal all anew", second_factor.add_arguments, second_factor.run),
}
TOOLS = {"keys": ("make, show and drop the keys that sign tokens", keys.add_arguments, keys.run)}

# Nothing: systemd starts the workers again, and what they had taken comes back.
true

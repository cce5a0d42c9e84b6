# Nothing brings a table back but the archive, and that is the operator's work.
rm -f /var/tmp/before-the-mistake

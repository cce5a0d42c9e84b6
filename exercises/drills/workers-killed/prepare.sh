# This month was not billed yet, but for what was paid in advance.
app-manage shell --verbosity 0 -c '
from django.utils import timezone
from billing.models import Invoice

month = timezone.localdate().replace(day=1)
Invoice.objects.filter(month=month, paid=0, payments__isnull=True).delete()
'

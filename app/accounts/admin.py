"""Plans and subscribers in Django's admin."""

from django.contrib import admin

from accounts.models import Plan, Subscriber, Subscription

admin.site.site_header = "Subscriber management"
admin.site.site_title = "Subscriber management"
admin.site.index_title = "Tables"


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "speed_mbps", "channels", "price", "offered"]
    list_filter = ["kind", "offered"]
    prepopulated_fields = {"code": ["name"]}


class SubscriptionInline(admin.TabularInline):
    model = Subscription
    extra = 0


@admin.register(Subscriber)
class SubscriberAdmin(admin.ModelAdmin):
    list_display = ["number", "first_name", "last_name", "town", "phone", "joined_at"]
    search_fields = ["number__startswith", "name_key__startswith", "surname_key__startswith"]
    search_help_text = "Begin with a name in small letters, or a customer number."
    raw_id_fields = ["user"]
    inlines = [SubscriptionInline]
    show_full_result_count = False

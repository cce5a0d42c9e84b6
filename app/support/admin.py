"""Tickets in Django's admin."""

from django.contrib import admin

from support.models import Reply, Ticket


class ReplyInline(admin.StackedInline):
    model = Reply
    extra = 0
    raw_id_fields = ["author"]


@admin.register(Ticket)
class TicketAdmin(admin.ModelAdmin):
    list_display = ["id", "subject", "subscriber", "topic", "state", "opened_at"]
    ordering = ["-id"]
    list_filter = ["state", "topic"]
    list_select_related = ["subscriber"]
    raw_id_fields = ["subscriber"]
    inlines = [ReplyInline]
    show_full_result_count = False

"""Addresses of the record pages. A type stands in them by its plural."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, register_converter

from guanxi.records.declaration import RecordType, declared_type, record_type
from guanxi.records.pages.audience import audience
from guanxi.records.pages.board import more_cards
from guanxi.records.pages.bulk import act
from guanxi.records.pages.bulk_editing import edit_many, work
from guanxi.records.pages.cell import edit_cell
from guanxi.records.pages.columns import arrange_columns, usual_columns
from guanxi.records.pages.completion import complete
from guanxi.records.pages.export import export_list
from guanxi.records.pages.fields import (
    all_fields,
    complete_formula,
    edit_field,
    fields_of_type,
    move_field,
    new_field,
    remove,
    try_field,
)
from guanxi.records.pages.files import download
from guanxi.records.pages.filter_panel import panel
from guanxi.records.pages.form import add, edit
from guanxi.records.pages.grid import paste
from guanxi.records.pages.listing import list_group, list_records, list_rows
from guanxi.records.pages.picker import pick
from guanxi.records.pages.record import delete, older, show, undo
from guanxi.records.pages.saved_views import change_view, keep_view, remove_view


class RecordTypeConverter:
    """`customers` in an address is the customer type; other words are no record page."""

    regex = "[a-z_-]+"

    def to_python(self, value: str) -> RecordType:
        """Return the type with this plural. Raises ValueError, which means: another address."""
        try:
            known = record_type(value)
        except KeyError as error:
            raise ValueError(value) from error
        if known.plural != value:
            raise ValueError(value)
        return known

    def to_url(self, value: RecordType | str) -> str:
        """Return the plural of a type, given as it is or by its name."""
        return declared_type(value).plural if isinstance(value, str) else value.plural


register_converter(RecordTypeConverter, "record_type")

_records: list[URLPattern | URLResolver] = [
    path("changes/<int:changeset_id>/undo/", undo, name="undo"),
    path("views/<int:view_id>/", change_view, name="change_view"),
    path("views/<int:view_id>/delete/", remove_view, name="remove_view"),
    path("settings/fields/", all_fields, name="all_fields"),
    path("settings/fields/<record_type:known>/", fields_of_type, name="fields"),
    path("settings/fields/<record_type:known>/new/", new_field, name="field_new"),
    path("settings/fields/<record_type:known>/try/", try_field, name="field_try"),
    path("settings/fields/<record_type:known>/complete/", complete_formula, name="field_complete"),
    path("settings/fields/<record_type:known>/own/<str:name>/", edit_field, name="field_edit"),
    path("settings/fields/<record_type:known>/own/<str:name>/move/", move_field, name="field_move"),
    path("settings/fields/<record_type:known>/own/<str:name>/remove/", remove, name="field_remove"),
    path("<record_type:known>/", list_records, name="list"),
    path("<record_type:known>/new/", add, name="add"),
    path("<record_type:known>/filter/", panel, name="filter"),
    path("<record_type:known>/complete/", complete, name="complete"),
    path("<record_type:known>/pick/", pick, name="pick"),
    path("<record_type:known>/bulk/", act, name="bulk"),
    path("<record_type:known>/bulk/edit/", edit_many, name="bulk_edit"),
    path("<record_type:known>/bulk/work/<int:job_id>/", work, name="bulk_work"),
    path("<record_type:known>/group/", list_group, name="group"),
    path("<record_type:known>/rows/", list_rows, name="rows"),
    path("<record_type:known>/cards/", more_cards, name="cards"),
    path("<record_type:known>/paste/", paste, name="paste"),
    path("<record_type:known>/columns/", arrange_columns, name="columns"),
    path("<record_type:known>/columns/usual/", usual_columns, name="usual_columns"),
    path("<record_type:known>/views/", keep_view, name="keep_view"),
    path("<record_type:known>/export.<str:file_format>", export_list, name="export"),
    path("<record_type:known>/<int:record_id>/", show, name="record"),
    path("<record_type:known>/<int:record_id>/edit/", edit, name="edit"),
    path("<record_type:known>/<int:record_id>/delete/", delete, name="delete"),
    path("<record_type:known>/<int:record_id>/timeline/", older, name="timeline"),
    path("<record_type:known>/<int:record_id>/audience/", audience, name="audience"),
    path("<record_type:known>/<int:record_id>/cell/<str:name>/", edit_cell, name="cell"),
    path("<record_type:known>/<int:record_id>/file/<str:name>/", download, name="file"),
]

urlpatterns: list[URLPattern | URLResolver] = [path("", include((_records, "records")))]

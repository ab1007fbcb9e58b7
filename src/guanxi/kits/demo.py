"""Writing a demo company: people, customers and all that hangs on them, in a few change sets."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import transaction

from guanxi.access.calc import Role
from guanxi.access.models import ChangeAction, ChangeSet, ChangeVerb, Team, User
from guanxi.access.queries import actor_of, first_administrator
from guanxi.access.services import create_user, open_changeset, record_changes
from guanxi.customers.keys import derive_contact_keys, derive_keys
from guanxi.customers.models import Contact, Customer, Interaction
from guanxi.kits.calc import DemoCustomer, cost_of, draw_customers
from guanxi.kits.kit import Kit, load_kit
from guanxi.metrics.services import set_house_currency
from guanxi.places.geocoding import geocode_many
from guanxi.places.models import Place
from guanxi.places.placing import apply
from guanxi.sales.models import Order, OrderLine, Product
from guanxi.tiers.services import rate_everybody

BATCH = 500


@dataclass(frozen=True, slots=True)
class Demo:
    """What was made: the company, its people with their passwords, how many customers (0: it was there already)."""

    company: str
    customers: int
    people: list[tuple[str, str]] = field(default_factory=list)


def make_demo(*, kit: str, customers: int, seed: int, now: datetime) -> Demo:
    """Make the demo company of a kit. A company that stands (its people do) is left as it is."""
    found = load_kit(kit)
    first = found.words["people"][0][0]
    if User.objects.filter(username=first).exists():
        return Demo(found.company, 0)
    people = _make_people(found)
    administrator = first_administrator()
    actor = actor_of(administrator) if administrator else actor_of(User.objects.get(username=first))
    drawn = draw_customers(found.words, count=customers, seed=seed, today=now.date())
    with transaction.atomic():
        changeset = open_changeset(actor=actor, verb=ChangeVerb.IMPORT, why=found.company, now=now)
        writer = _Writer(found, changeset, now)
        while batch := list(islice(drawn, BATCH)):
            writer.write(batch)
    set_house_currency(actor=actor, currency=found.words["currency"])
    rate_everybody(actor=actor, now=now)
    return Demo(found.company, customers, people)


def _make_people(kit: Kit) -> list[tuple[str, str]]:
    made = []
    for username, full_name, role, team in kit.words["people"]:
        password = secrets.token_urlsafe(9)
        teams = kit.words["teams"] if role == Role.MANAGER else [team]
        create_user(
            actor=None,
            username=username,
            password=password,
            role=Role(role),
            full_name=full_name,
            teams=teams,
            language=kit.words["language"],
        )
        made.append((username, password))
    return made


class _Writer:
    """Writes batches of drawn customers under one change set."""

    def __init__(self, kit: Kit, changeset: ChangeSet, now: datetime) -> None:
        self.kit, self.changeset, self.now = kit, changeset, now
        self.stamp: dict[str, Any] = {"created_in": changeset, "created_at": now, "updated_at": now}
        self.owners = self._owners()
        self.products = self._make_products()

    def _owners(self) -> list[tuple[User, Team]]:
        """Return who owns the customers of each team: its members, else its manager."""
        by_team = []
        for team in self.kit.words["teams"]:
            people = [row for row in self.kit.words["people"] if row[3] == team and row[2] != Role.VIEWER]
            by_team.append((User.objects.get(username=people[-1][0]), Team.objects.get(name=team)))
        return by_team

    def _make_products(self) -> list[Product]:
        currency = self.kit.words["currency"]
        return self._keep(
            "product",
            [
                Product(
                    name=name,
                    code=code,
                    line=line,
                    price=Decimal(price),
                    cost=cost_of(Decimal(price), place),
                    currency=currency,
                    **self.stamp,
                )
                for place, (name, code, line, price) in enumerate(self.kit.words["products"])
            ],
        )

    def write(self, batch: Sequence[DemoCustomer]) -> None:
        """Keep a batch of customers with their contacts, places, orders and interactions."""
        customers = self._keep("customer", [self._customer(drawn) for drawn in batch])
        pairs = list(zip(customers, batch, strict=True))
        self._keep("contact", [part for customer, drawn in pairs for part in self._contacts(customer, drawn)])
        self._keep("place", self._places(pairs))
        self._keep(
            "interaction", [part for customer, drawn in pairs for part in self._interactions(customer, drawn)]
        )
        self._write_orders(pairs)

    def _keep(self, name: str, rows: list[Any]) -> list[Any]:
        if rows:
            type(rows[0]).objects.bulk_create(rows, batch_size=BATCH)
            created: dict[int, dict[str, tuple[object, object]]] = {row.pk: {} for row in rows}
            record_changes(self.changeset, record_type=name, action=ChangeAction.CREATE, rows=created)
        return rows

    def _customer(self, drawn: DemoCustomer) -> Customer:
        owner, team = self.owners[drawn.team]
        row = Customer(
            name=drawn.name,
            kind=drawn.kind,
            external_id=drawn.number,
            phone=drawn.phone,
            industry=drawn.industry,
            source=drawn.source,
            amount=drawn.amount,
            currency=self.kit.words["currency"],
            size=drawn.size,
            owner=owner,
            team=team,
            **self.stamp,
        )
        derive_keys(row)
        return row

    def _contacts(self, customer: Customer, drawn: DemoCustomer) -> Iterable[Contact]:
        for number, (name, title, phone) in enumerate(drawn.contacts):
            row = Contact(
                customer=customer,
                name=name,
                title=title,
                phone=phone,
                is_key_person=number == 0,
                **self.stamp,
            )
            derive_contact_keys(row)
            yield row

    def _places(self, pairs: Sequence[tuple[Customer, DemoCustomer]]) -> list[Place]:
        drawn = [(customer, place) for customer, found in pairs for place in found.places]
        positions = geocode_many([place.address for _, place in drawn])
        rows = []
        for (customer, place), position in zip(drawn, positions, strict=True):
            row = Place(
                customer=customer,
                kind=place.kind,
                address=place.address,
                size=place.size,
                key_person=place.key_person,
                **self.stamp,
            )
            apply(row, position)
            rows.append(row)
        return rows

    def _interactions(self, customer: Customer, drawn: DemoCustomer) -> Iterable[Interaction]:
        for part in drawn.interactions:
            yield Interaction(
                customer=customer,
                kind=part.kind,
                happened_at=datetime.combine(part.day, time(part.hour), tzinfo=UTC),
                summary=part.summary,
                note=part.note,
                **self.stamp,
            )

    def _write_orders(self, pairs: Sequence[tuple[Customer, DemoCustomer]]) -> None:
        orders, lines = [], []
        for customer, drawn in pairs:
            for bought in drawn.orders:
                order = Order(
                    customer=customer,
                    number=f"{bought.day:%Y%m%d}-{customer.pk}",
                    ordered_on=bought.day,
                    currency=self.kit.words["currency"],
                    **self.stamp,
                )
                own = [self._line(order, *line) for line in bought.lines]
                order.total = sum((line.amount for line in own), Decimal(0))
                orders.append(order)
                lines += own
        self._keep("order", orders)
        for line in lines:
            line.order_id = line.order.pk
        OrderLine.objects.bulk_create(lines, batch_size=BATCH)

    def _line(self, order: Order, product: int, quantity: int) -> OrderLine:
        found = self.products[product]
        price, cost = found.price or Decimal(0), found.cost or Decimal(0)
        return OrderLine(
            order=order,
            product=found,
            quantity=quantity,
            unit_price=price,
            amount=price * quantity,
            cost=cost * quantity,
        )

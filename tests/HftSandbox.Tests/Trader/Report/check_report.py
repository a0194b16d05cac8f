#!/usr/bin/env python3
"""Recomputes every number of `trader report DIR --json` from `trader inspect DIR --json`, in fractions.

    check_report.py RECORDS.jsonl REPORT.json

Shares nothing with the program but the records' names. For logs that go back to their first event (a retired one is
refused). Exits 1 with the first difference, 2 when it cannot judge. Only the standard library.
"""
import hashlib
import json
import re
import sys
from collections import Counter, deque
from fractions import Fraction

NOT_APPLIED = {"DuplicateExecId", "OrphanExecution", "UnknownOrder", "UnknownExecRef", "ArithmeticOverflow",
               "IllegalTransition", "InvalidReport", "UnexpectedReport"}
REASONS = ["KillSwitch", "Halted", "InvalidInstrument", "InvalidPrice", "InvalidQty", "RateLimit", "RepeatedOrder",
           "MaxOrderQty", "PriceCollar", "NoReferencePrice", "MaxOrderNotional", "MaxPosition", "MaxOpenOrders",
           "MaxGrossExposure", "MaxDailyLoss"]
ENDED = ("Canceled", "Rejected", "Expired")
TOTALS = ("maxGrossExposure", "maxDailyLoss")
DAY_NS = 86_400_000_000_000


def decimal(value):
    """The shortest exact decimal of a fraction that has one; None stays None."""
    if value is None:
        return None
    value = Fraction(value)
    digits = 0
    while (value * 10 ** digits).denominator != 1:
        digits += 1
        assert digits < 100, f"{value} has no end"
    whole = str(abs(value * 10 ** digits)).rjust(digits + 1, "0")
    text = whole[:len(whole) - digits] + ("." + whole[len(whole) - digits:] if digits else "")
    return ("-" if value < 0 else "") + text


def basis_points(part, whole):
    """Toward zero; None of nothing."""
    if whole == 0:
        return None
    ratio = Fraction(part) * 10000 / Fraction(whole)
    return -int(-ratio) if ratio < 0 else int(ratio)


def half_even(value, digits):
    """round() of a Fraction is half-even."""
    return Fraction(round(Fraction(value) * 10 ** digits), 10 ** digits)


class Instrument:
    def __init__(self, config):
        self.name = config["name"]
        # What stands behind the last separator of the name, unless the configuration says it.
        self.currency = config.get("quote") or re.split("[-/_]", self.name)[-1]
        self.px, self.qty = Fraction(1, 10 ** config["priceScale"]), Fraction(1, 10 ** config["quantityScale"])
        self.notional = Fraction(1, 10 ** config["notionalScale"])
        self.fee = Fraction(1, 10 ** config["feeScale"])
        self.multiplier = config["multiplier"]
        # One unit of cost: what an average-cost division leaves over is a whole number of these.
        self.unit = Fraction(1, 10 ** max(config["priceScale"] + config["quantityScale"], config["notionalScale"]))
        self.mark = None
        self.mark_is_quote = False

    def cost(self, px, qty):
        return px * qty * self.multiplier


class Account:
    """A position at average cost, and lots first in, first out; fractions throughout."""

    def __init__(self, instrument):
        self.i = instrument
        self.net = self.open_cost = self.realized = self.fees = Fraction(0)
        self.realized_before_flat = self.fees_before_flat = Fraction(0)
        self.lots, self.fifo = deque(), Fraction(0)
        self.peak = self.worst = Fraction(0)
        self.peak_at = self.worst_from = self.worst_to = 0

    def move(self, signed, px, fee):
        self.fees += fee
        closing = Fraction(0)
        if self.net * signed < 0:
            closing = signed if abs(signed) <= abs(self.net) else -self.net
            if abs(closing) == abs(self.net):
                released = self.open_cost
            else:
                units = abs(self.open_cost) / self.i.unit
                assert units.denominator == 1
                share = abs(closing) / abs(self.net)
                released = (units * share).__floor__() * self.i.unit * (1 if self.open_cost > 0 else -1)
            self.realized += -self.i.cost(px, closing) - released
            self.net += closing
            self.open_cost -= released
        opening = signed - closing
        self.net += opening
        self.open_cost += self.i.cost(px, opening)
        self.move_lots(signed, px)

    def move_lots(self, signed, px):
        while signed and self.lots and self.lots[0][0] * signed < 0:
            lot_qty, lot_px = self.lots[0]
            closed = signed if abs(signed) < abs(lot_qty) else -lot_qty
            self.fifo += self.i.cost(lot_px, closed) - self.i.cost(px, closed)
            signed -= closed
            if closed == -lot_qty:
                self.lots.popleft()
            else:
                self.lots[0] = (lot_qty + closed, lot_px)
        if signed:
            self.lots.append((signed, px))

    def flatten(self):
        self.net = self.open_cost = Fraction(0)
        self.realized_before_flat, self.fees_before_flat = self.realized, self.fees
        self.lots.clear()

    def since_flat(self):
        """The engine begins anew with a start from flat."""
        return self.realized - self.realized_before_flat, self.fees - self.fees_before_flat

    def unrealized(self):
        if self.net == 0:
            return Fraction(0)
        return None if self.i.mark is None else self.i.cost(self.i.mark, self.net) - self.open_cost

    def equity(self):
        unrealized = self.unrealized()
        return None if unrealized is None else self.realized + unrealized - self.fees

    def evaluate(self, sequence):
        equity = self.equity()
        if equity is None:
            return
        if equity > self.peak:
            self.peak, self.peak_at = equity, sequence
        if self.peak - equity > self.worst:
            self.worst, self.worst_from, self.worst_to = self.peak - equity, self.peak_at, sequence

    def pnl(self):
        average = half_even(self.open_cost / self.net / self.i.multiplier, 18) if self.net else 0
        return {"anchoredAt": 0, "netQty": decimal(self.net), "avgPx": decimal(average),
                "markPx": decimal(self.i.mark), "realized": decimal(self.realized),
                "realizedFifo": decimal(self.fifo), "unrealized": decimal(self.unrealized()),
                "fees": decimal(self.fees), "equity": decimal(self.equity()), "maxDrawdown": decimal(self.worst),
                "drawdownFrom": self.worst_from, "drawdownTo": self.worst_to}


class Part:
    def __init__(self, instrument):
        self.orders, self.fills, self.reports = Counter(), Counter(), Counter()
        self.denials, self.anomalies, self.halts, self.faults = Counter(), Counter(), Counter(), Counter()
        self.times, self.quantity, self.notional = [], Counter(), Counter()
        self.account = Account(instrument) if instrument else None

    def turnover(self, fill, sign):
        if not self.account:
            return
        bought = "bought" if fill["side"] == "Buy" else "sold"
        self.quantity[bought] += sign * fill["qty"]
        self.notional[bought] += sign * self.account.i.cost(fill["px"], fill["qty"])
        if fill["liquidity"] in ("Maker", "Taker"):
            self.quantity[fill["liquidity"].lower()] += sign * fill["qty"]

    def percentile(self, percent):
        ordered = sorted(self.times)
        rank = max(1, -(-len(ordered) * percent // 100))
        return ordered[rank - 1]

    def activity(self):
        o, f, r = self.orders, self.fills, self.reports
        times = None
        if self.times:
            times = {"count": len(self.times), "min": min(self.times), "p50": self.percentile(50),
                     "p90": self.percentile(90), "p99": self.percentile(99), "max": max(self.times)}
        return {
            "orders": {**{k: o[k] for k in ("new", "cancel", "replace", "allowed", "denied")},
                       "withFill": len(self.times), "withFillBps": basis_points(len(self.times), o["allowed"])},
            "fills": {k: f[k] for k in ("count", "buys", "sells", "makers", "takers", "busts", "corrections",
                                        "notApplied", "adjustments")},
            "orderToFillNs": times, "denials": dict(self.denials),
            "reports": {k: r[k] for k in ("canceled", "rejected", "expired", "replaced", "cancelRejects")},
            "anomalies": dict(self.anomalies), "halts": dict(self.halts), "strategyFaults": dict(self.faults)}

    def instrument(self):
        q, n = self.quantity, self.notional
        filled = q["bought"] + q["sold"]
        return {"symbol": self.account.i.name, **self.activity(),
                "quantity": {"ordered": decimal(q["ordered"]), "filled": decimal(filled),
                             "filledBps": basis_points(filled, q["ordered"]), "bought": decimal(q["bought"]),
                             "sold": decimal(q["sold"]), "maker": decimal(q["maker"]), "taker": decimal(q["taker"])},
                "notional": {"bought": decimal(n["bought"]), "sold": decimal(n["sold"]),
                             "total": decimal(n["bought"] + n["sold"])},
                "pnl": self.account.pnl()}


class OpenOrders:
    """The open orders, from decisions, requests and order states."""

    def __init__(self):
        self.orders = {}

    def exposed(self, order):
        """An unanswered replace counts with the larger of old and new."""
        if order["status"] in ENDED:
            return 0
        return max(0, max([order["orderQty"], *(qty for _, qty in order["replaces"])]) - order["cumQty"])

    def is_open(self, order):
        return self.exposed(order) > 0 or order["status"] not in ENDED + ("Filled",)

    def settle(self, order):
        if self.is_open(order):
            self.orders[id(order)] = order
        else:
            order["replaces"].clear()
            self.orders.pop(id(order), None)

    def answer(self, order, said, kind):
        """A replace that the venue begins by itself has no id of ours: 0."""
        is_replace = said.get("execType") in ("PendingReplace", "Replaced") or said.get("responseTo") == "Replace"
        is_over = kind == "CancelReject" or said.get("execType") == "Replaced"
        pending = [r for r in order["replaces"] if r[0] == said["clOrdId"] != 0]
        pending = pending or [r for r in order["replaces"] if is_replace and r[0] == 0]
        if is_over and pending:
            order["replaces"].remove(pending[0])
        elif is_replace and not is_over and not pending:
            order["replaces"].append((0, said["orderQty"]))

    def count(self, scope):
        kind, key = scope
        name = {"symbol": "index", "strategy": "strategy"}.get(kind)
        return sum(name is None or order[name] == key for order in self.orders.values())

    def quantity(self, strategy, index, side):
        return sum(self.exposed(o) for o in self.orders.values()
                   if (o["strategy"], o["index"], o["side"]) == (strategy, index, side))


class Losses:
    """The losses since the session began, where one is limited, as they stand after each input."""

    def __init__(self, log):
        self.log, self.scopes, self.known, self.halted = log, {}, True, set()
        self.marks, self.quoted, self.in_book, self.filled = {}, set(), set(), set()
        self.next_roll, self.roll_of_day, self.input, self.count_begins = None, 0, None, False

    def worth(self, scope):
        """Realised + unrealised - fees since the last start from flat; what has no price counts at its cost."""
        total = Fraction(0)
        for index, instrument in enumerate(self.log.instruments):
            if not self.covers(scope, index):
                continue
            account = self.log.own.get((index, scope[1] if scope[0] == "strategy" else None))
            if not account:
                continue
            realized, fees = account.since_flat()
            mark = self.mark(index)
            priced = account.net and mark is not None
            unrealized = instrument.cost(mark, account.net) - account.open_cost if priced else 0
            total += realized - fees + unrealized
        return total

    def mark(self, index):
        """The last quote's mid if it is two-sided and not crossed, else the last trade."""
        quote, trade = self.marks.get(index, (None, None))
        return quote if quote is not None else trade

    def covers(self, scope, index):
        if scope[0] == "symbol":
            return scope[1] == index
        return self.log.instruments[index].currency == self.currency[scope]

    def loss(self, scope):
        """At the limit's scale, rounded up."""
        unit = self.unit[scope]
        return -(((self.worth(scope) - self.scopes[scope]) / unit).__floor__())

    def load(self, limited, units, limits, currencies, roll):
        """What was known of a scope stays with it; a new limit counts from here."""
        self.unit, self.limit, self.currency, self.roll_of_day = units, limits, currencies, roll
        self.halted &= set(limited)
        self.scopes = {scope: self.scopes.get(scope, self.worth(scope)) for scope in limited}
        for index in self.filled:
            self.watch(index)

    def keep(self, flatten):
        lost = {scope: self.scopes[scope] - self.worth(scope) for scope in self.scopes}
        flatten()
        self.scopes = {scope: self.worth(scope) + lost[scope] for scope in self.scopes}
        self.filled.clear()

    def restart(self, scopes):
        for scope in scopes:
            self.scopes[scope] = self.worth(scope)
        self.halted -= set(scopes)

    def begin_input(self, kind, now):
        self.input, self.count_begins = kind, kind == "Config"
        if kind == "RunStarted" or (self.next_roll is not None and now < self.next_roll):
            return
        rolls, self.next_roll = self.next_roll is not None, now + DAY_NS - (now - self.roll_of_day) % DAY_NS
        if rolls:
            self.count_begins = True
            self.restart(self.scopes)

    def forget_market(self):
        self.next_roll = None
        for each in (self.marks, self.quoted, self.in_book):
            each.clear()

    def quote(self, index, body):
        good = body["bidQty"] > 0 and body["askQty"] > 0 and body["bidPx"] <= body["askPx"]
        px = (body["bidPx"] + body["askPx"]) * self.log.instruments[index].px / 2
        self.marks[index] = (px if good else None, self.marks.get(index, (None, None))[1])
        self.quoted.add(index)
        self.watch(index)

    def trade(self, index, body):
        self.marks[index] = (self.marks.get(index, (None, None))[0], body["px"] * self.log.instruments[index].px)
        self.watch(index)

    def book(self, index):
        self.in_book.add(index)
        self.watch(index)

    def fill(self, index, source):
        self.filled.add(index)
        if self.count_begins and source == "SimVenue":
            self.known = False
        self.watch(index)

    def watch(self, index):
        if self.scopes and index in self.filled and index in self.in_book and index not in self.quoted:
            self.known = False
        for scope in self.scopes:
            if self.covers(scope, index) and self.scopes[scope] - self.worth(scope) > self.limit[scope]:
                self.halted.add(scope)


class Limits:
    NAMES = [("orderRateLimit", "RateLimit", "global"), ("maxRepeats", "RepeatedOrder", "global"),
             ("maxOrderQty", "MaxOrderQty", None), ("maxPriceDeviationBps", "PriceCollar", None),
             ("maxOrderNotional", "MaxOrderNotional", None), ("maxPosition", "MaxPosition", None),
             ("maxOpenOrders", "MaxOpenOrders", "global"), ("maxGrossExposure", "MaxGrossExposure", "currency"),
             ("maxDailyLoss", "MaxDailyLoss", "currency")]
    KINDS = ["global", "currency", "symbol", "strategy"]

    def __init__(self, log):
        self.log, self.rows, self.in_force, self.unknown = log, {}, {}, 0
        self.times, self.last, self.open, self.losses = {}, {}, OpenOrders(), Losses(log)
        self.known_strategies = []

    def row_of(self, strategy):
        """Strategies that were never configured count together."""
        return strategy if strategy in self.known_strategies else "others"

    def load(self, config, sequence):
        instruments, risk = self.log.instruments, config["risk"]
        limits = [i.get("limits") for i in config["instruments"]]
        own = [s.get("limits") for s in config["strategies"]]
        text = json.dumps({"instruments": limits, "risk": risk, "strategies": own}, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).digest()
        self.hash = digest[7::-1].hex() + digest[15:7:-1].hex()
        self.window_ns = risk["orderRateWindowNs"]
        strategies = [(config["order"]["strategyId"] + n) % 65536 for n in range(len(own))]
        self.known_strategies += [s for s in strategies if s not in self.known_strategies]
        if len(self.known_strategies) > 64:
            print("more than 64 strategies were configured: this cannot be judged")
            sys.exit(2)
        symbols = {i.name: n for n, i in enumerate(instruments)}
        at = [symbols[s["symbol"]] for s in config["strategies"]]
        scopes = [(("symbol", n), each or risk["limits"], n) for n, each in enumerate(limits)]
        scopes += [(("strategy", s), each or {}, n) for s, each, n in zip(strategies, own, at)]
        scopes += [(("currency", c), risk, None) for c in self.log.currencies] + [(("global", None), risk, None)]
        self.in_force = {}
        for scope, values, index in scopes:
            for name, _, widest in self.NAMES:
                if scope[0] in ("symbol", "strategy", widest):
                    self.load_row(name, scope, values.get(name, 0), index, sequence)
        limited = {s for (name, s), key in self.in_force.items() if name == "orderRateLimit" and key[2]}
        self.times = {scope: self.times.get(scope, deque()) for scope in limited}
        losses = [(s, key) for (name, s), key in self.in_force.items() if name == "maxDailyLoss" and key[2]]
        homes = dict(zip(strategies, at))
        self.losses.load(
            [s for s, _ in losses], {s: self.rows[key]["unit"] for s, key in losses},
            {s: key[2] * key[3] for s, key in losses},
            {s: instruments[homes[s[1]]].currency if s[0] == "strategy" else s[1] for s, _ in losses
             if s[0] != "symbol"}, risk["sessionRollNs"])

    def load_row(self, name, scope, value, index, sequence):
        instrument = None if index is None else self.log.instruments[index]
        unit = 1
        if name in ("maxOrderQty", "maxPosition"):
            unit = instrument.qty
        elif name == "maxOrderNotional" or (name in TOTALS and scope[0] == "symbol"):
            unit = instrument.notional
        elif name in TOTALS:
            currency = scope[1] if instrument is None else instrument.currency
            unit = min(i.notional for i in self.log.instruments if i.currency == currency)
        key = (name, scope, value, unit)
        self.in_force[name, scope] = key
        self.rows.setdefault(key, {
            "fromSequence": sequence, "decisions": 0, "notDerived": 0, "greatest": None, "greatestAllowed": None,
            "denied": 0, "unit": unit})

    def in_window(self, scope, now):
        if scope not in self.times:
            return None
        times = self.times[scope]
        while times and now - times[0] >= self.window_ns:
            times.popleft()
        return len(times) + 1

    def observed(self, name, scope, index, now, intent, decision, replaced):
        is_replace, buys = intent["intentType"] == "Replace", intent["side"] == "Buy"
        added = max(0, intent["qty"] - (replaced["filled"] / self.log.instruments[index].qty if replaced else 0)) \
            if is_replace else intent["qty"]
        if name == "orderRateLimit":
            return self.in_window(scope, now)
        if name == "maxRepeats":
            last = self.last.get(self.row_of(intent["strategyId"]))
            return last[1] + 1 if last and last[0] == self.same(index, intent) else 1
        if name == "maxOrderQty":
            return intent["qty"]
        if name == "maxPriceDeviationBps":
            reference = decision["referencePx"]
            return abs(intent["px"] - reference) * 10000 // abs(reference)
        if name == "maxOrderNotional":
            return decision["notional"]
        if name == "maxPosition" and scope[0] == "symbol":
            return decision["positionQty"] * (1 if buys else -1) + decision["openQty"] + added
        if name == "maxPosition":
            account = self.log.own.get((index, self.row_of(intent["strategyId"])))
            net = account.net / self.log.instruments[index].qty if account else 0
            taken = self.open.exposed(replaced) if is_replace and replaced else 0
            return (net if buys else -net) + added - taken \
                + self.open.quantity(intent["strategyId"], index, intent["side"])
        if name == "maxOpenOrders":
            return self.open.count(scope) + (not is_replace)
        return None

    @staticmethod
    def same(index, intent):
        return index, intent["side"], intent["ordType"], intent["px"], intent["qty"]

    def add(self, index, now, intent, decision, replaced):
        if decision["limitsHash"] != self.hash:
            self.unknown += 1
        else:
            for name, denial, widest in self.NAMES:
                reason = decision["reason"]
                reached = reason == "None" or (reason in REASONS and REASONS.index(reason) >= REASONS.index(denial))
                collared = intent["ordType"] == "Limit" and decision["referencePx"]
                if reached and (name != "maxPriceDeviationBps" or collared):
                    self.compare(name, denial, widest, index, now, intent, decision, replaced)
        if decision["decision"] == "Allow":
            for scope in (("global", None), ("symbol", index), ("strategy", intent["strategyId"])):
                if scope in self.times:
                    self.times[scope].append(now)
            repeats = self.observed("maxRepeats", None, index, now, intent, decision, replaced)
            self.last[self.row_of(intent["strategyId"])] = (self.same(index, intent), repeats)

    def compare(self, name, denial, widest, index, now, intent, decision, replaced):
        """Symbol, strategy, then the widest; the first that is passed denies."""
        scopes = [("symbol", index), ("strategy", intent["strategyId"])]
        scopes += {"global": [("global", None)], "currency": [("currency", self.log.instruments[index].currency)]
                   }.get(widest, [])
        keys = [self.in_force[name, scope] for scope in scopes if (name, scope) in self.in_force]
        seen = {key: self.observed(name, key[1], index, now, intent, decision, replaced) for key in keys}
        suspects = [key for key in keys if key[2] and decision["reason"] == denial]
        if name == "maxPriceDeviationBps":
            suspects = sorted(suspects, key=lambda key: key[2])[:1]
        else:
            suspects = [key for key in suspects if key[2] == decision["limitValue"]
                        and (seen[key] is None or seen[key] > key[2])]
            if suspects and seen[suspects[0]] is not None:
                suspects = suspects[:1]
        for key in keys:
            row, value = self.rows[key], seen[key]
            if suspects and key == suspects[0]:
                break
            if value is None and not key[2]:
                continue
            row["decisions"] += 1
            if name != "maxDailyLoss":
                self.see(key, value)
            if decision["decision"] == "Allow" and value is not None:
                row["greatestAllowed"] = value if row["greatestAllowed"] is None else max(
                    row["greatestAllowed"], value)
        for key in suspects:
            if len(suspects) > 1:
                self.see(key, None)
                continue
            self.rows[key]["decisions"] += 1
            self.rows[key]["denied"] += 1
            self.see(key, decision["observedValue"] if seen[key] is None else seen[key])

    def see(self, key, value):
        row = self.rows[key]
        if value is None:
            row["notDerived"] += bool(key[2])
        else:
            row["greatest"] = value if row["greatest"] is None else max(row["greatest"], value)

    def end_input(self):
        for scope in self.losses.scopes:
            known = self.losses.known
            self.see(self.in_force["maxDailyLoss", scope], self.losses.loss(scope) if known else None)

    def report(self):
        order = [name for name, _, _ in self.NAMES]
        result = []
        for (name, (kind, which), value, unit), row in sorted(self.rows.items(), key=lambda e: (
                order.index(e[0][0]), self.KINDS.index(e[0][1][0]), self.rank(e[0][1]), e[1]["fromSequence"])):
            row = {key: each for key, each in row.items() if key != "unit"}
            text = {k: None if row[k] is None else decimal(row[k] * unit) for k in ("greatest", "greatestAllowed")}
            unseen = row["notDerived"] > 0
            met = bool(value) and row["greatest"] is not None and row["greatest"] >= value
            result.append({
                "limit": name, "scope": kind, "symbol": self.log.instruments[which].name if kind == "symbol" else None,
                "currency": which if kind == "currency" else None,
                "strategyId": which if kind == "strategy" else None, "value": decimal(value * unit), **row, **text,
                "usedBps": None if row["greatest"] is None and unseen else basis_points(row["greatest"] or 0, value),
                "touched": True if met else None if unseen else False})
        return result

    def rank(self, scope):
        kind, which = scope
        return self.log.currencies.index(which) if kind == "currency" else which or 0


class Log:
    def __init__(self):
        self.instruments, self.currencies, self.parts, self.own, self.cash = [], [], {}, {}, {}
        self.limits, self.said = Limits(self), None
        self.orders, self.executions, self.intent, self.pending = {}, {}, None, None
        self.runs, self.config_changes, self.source = [], [], None
        self.first = self.last = self.events = self.first_time = self.last_time = 0
        self.compared, self.differing, self.first_differing, self.between = 0, 0, 0, {}
        self.part(None, None)

    def part(self, index, strategy):
        key = (index, strategy)
        if key not in self.parts:
            self.parts[key] = Part(None if index is None else self.instruments[index])
        return self.parts[key]

    def of(self, index, strategy):
        keys = [(None, None), (None, strategy)] + ([] if index is None else [(index, None), (index, strategy)])
        return [self.part(*key) for key in keys]

    def accounts(self, index):
        return [p.account for (i, _), p in self.parts.items() if i == index and p.account]

    def evaluate(self, index, sequence):
        for account in self.accounts(index):
            account.evaluate(sequence)

    def add(self, record):
        kind, body, sequence, now = record["kind"], record["body"], record["sequence"], record["receiveTimeNs"]
        if kind not in ("OrderState", "Anomaly"):
            self.settle()
        if "input" in record["flags"]:
            self.limits.end_input()
            self.limits.losses.begin_input(kind, now)
        if sequence != self.last + 1:
            print(f"events before {sequence} are missing: this cannot be judged")
            sys.exit(2)
        self.first, self.last, self.events = self.first or sequence, sequence, self.events + 1
        self.first_time = self.first_time or now
        if kind == "RunStarted":
            self.run(record, body)
        self.last_time = now
        index = next((n for n, i in enumerate(self.instruments) if i.name == record["instrument"]), None)
        handler = getattr(self, "on_" + kind, None)
        if handler:
            handler(index, body, record)

    def run(self, record, body):
        config = body["configuration"]
        if not self.instruments:
            self.instruments = [Instrument(i) for i in config["instruments"]]
            self.currencies = list(dict.fromkeys(i.currency for i in self.instruments))
            for index in range(len(self.instruments)):
                self.part(index, None)
        went_back = self.runs and record["receiveTimeNs"] < self.last_time
        is_other = went_back or (self.source is not None and self.source != config["source"])
        if body["mode"] == "Flat":
            self.limits.losses.keep(self.own.clear)
            self.limits.last.clear()
            self.limits.open.orders.clear()
        if is_other:
            self.limits.losses.forget_market()
        if is_other or body["mode"] == "Flat":
            self.limits.times.clear()
        self.source = config["source"]
        self.limits.load(config, record["sequence"])
        self.runs.append({
            "sequence": record["sequence"], "mode": body["mode"], "receiveTimeNs": record["receiveTimeNs"],
            "wallTimeNs": body["wallTimeNs"], "engineVersion": config["engineVersion"], "source": config["source"],
            "venue": config["venue"], "strategies": [s["name"] for s in config["strategies"]], "stop": "None"})
        if body["mode"] == "Flat":
            for index in range(len(self.instruments)):
                for account in self.accounts(index):
                    account.flatten()
                self.evaluate(index, record["sequence"])

    def on_RunStopped(self, index, body, record):
        self.runs[-1]["stop"] = body["reason"]

    def on_Config(self, index, body, record):
        self.limits.load(body["configuration"], record["sequence"])
        self.config_changes.append(record["sequence"])

    def on_Quote(self, index, body, record):
        instrument = self.instruments[index]
        self.limits.losses.quote(index, body)
        if body["bidQty"] > 0 and body["askQty"] > 0 and body["bidPx"] <= body["askPx"]:
            instrument.mark, instrument.mark_is_quote = (body["bidPx"] + body["askPx"]) * instrument.px / 2, True
            self.evaluate(index, record["sequence"])

    def on_Trade(self, index, body, record):
        instrument = self.instruments[index]
        self.limits.losses.trade(index, body)
        if not instrument.mark_is_quote:
            instrument.mark = body["px"] * instrument.px
            self.evaluate(index, record["sequence"])

    def on_BookLevel(self, index, body, record):
        self.limits.losses.book(index)

    on_BookClear = on_BookLevel

    def on_OrderIntent(self, index, body, record):
        self.intent = body
        if body["intentType"] != "New" and body["origClOrdId"] in self.orders:
            self.orders[body["clOrdId"]] = self.orders[body["origClOrdId"]]
        name = {"Cancel": "cancel", "Replace": "replace"}.get(body["intentType"], "new")
        for part in self.of(index, body["strategyId"]):
            part.orders[name] += 1

    def on_RiskDecision(self, index, body, record):
        intent, allowed = self.intent, body["decision"] == "Allow"
        is_new = intent["intentType"] == "New"
        for part in self.of(index, body["strategyId"]):
            if not allowed:
                part.denials[body["reason"]] += 1
            if is_new:
                part.orders["allowed" if allowed else "denied"] += 1
            if is_new and allowed and part.account:
                part.quantity["ordered"] += intent["qty"] * part.account.i.qty
        replaced = self.orders.get(intent["origClOrdId"])
        if index is not None:
            self.limits.add(index, record["receiveTimeNs"], intent, body, replaced)
        if is_new and allowed:
            order = self.orders[intent["clOrdId"]] = {
                "index": index, "strategy": body["strategyId"], "time": record["receiveTimeNs"], "filled": 0,
                "qty": intent["qty"] * self.instruments[index].qty, "hasFill": False, "side": intent["side"],
                "orderQty": intent["qty"], "cumQty": 0, "status": "PendingNew", "replaces": []}
            self.limits.open.settle(order)
        elif allowed and replaced:
            replaced["replaces"].append((intent["clOrdId"], intent["qty"]))

    def on_OrderState(self, index, body, record):
        order = self.orders.get(body["clOrdId"])
        if order:
            order.update(orderQty=body["orderQty"], cumQty=body["cumQty"], status=body["ordStatus"])
            self.limits.open.answer(order, *self.said)
            self.limits.open.settle(order)

    def on_ExecutionReport(self, index, body, record):
        self.said = (body, record["kind"])
        if body["execType"] in ("Trade", "TradeCancel", "TradeCorrect"):
            self.pending = (index, body, record)
            return
        name = {"Canceled": "canceled", "Rejected": "rejected", "Expired": "expired",
                "Replaced": "replaced"}.get(body["execType"])
        for part in self.of(index, body["strategyId"]) if name else []:
            part.reports[name] += 1
        order = self.order_of(body)
        if name == "replaced" and order:
            quantity = body["orderQty"] * self.instruments[index].qty
            for part in self.of(order["index"], order["strategy"]):
                if part.account:
                    part.quantity["ordered"] += quantity - order["qty"]
            order["qty"] = quantity
            self.orders[body["clOrdId"]] = order

    def order_of(self, report):
        return self.orders.get(report["clOrdId"]) or self.orders.get(report["origClOrdId"])

    def settle(self):
        if not self.pending:
            return
        (index, body, record), self.pending = self.pending, None
        instrument = self.instruments[index]
        done = {"Trade": self.trade, "TradeCancel": self.bust, "TradeCorrect": self.correct}[body["execType"]](
            index, instrument, body, record)
        if not done:
            self.not_applied(index, body)
        order = self.order_of(body)
        self.evaluate(order["index"] if order else index, record["sequence"])

    def not_applied(self, index, body):
        for part in self.of(index, body["strategyId"]):
            part.fills["notApplied"] += 1

    def move(self, index, strategy, fill, sign, source):
        signed = fill["qty"] * (1 if fill["side"] == "Buy" else -1) * sign
        for part in self.of(index, strategy):
            if part.account:
                part.account.move(signed, fill["px"], sign * fill["fee"])
        self.move_own(index, strategy, signed, fill["px"], sign * fill["fee"], source)

    def move_own(self, index, strategy, signed, px, fee, source):
        """What risk counts: begins anew with a start from flat."""
        for key in ((index, None), (index, self.limits.row_of(strategy))):
            self.own.setdefault(key, Account(self.instruments[index])).move(signed, px, fee)
        self.limits.losses.fill(index, source)

    def trade(self, index, instrument, body, record):
        key, order = (record["source"], body["execId"]), self.order_of(body)
        if key in self.executions or order is None:
            return False
        index = order["index"]
        fill = {"side": order["side"], "px": body["lastPx"] * instrument.px, "qty": body["lastQty"] * instrument.qty,
                "fee": body["fee"] * instrument.fee, "liquidity": body["liquidity"]}
        self.executions[key] = {"fill": fill, "order": order, "busted": False}
        self.move(index, order["strategy"], fill, 1, record["source"])
        self.between.pop(index, None)
        order["filled"] += fill["qty"]
        for part in self.of(index, order["strategy"]):
            part.fills["count"] += 1
            part.fills["buys" if fill["side"] == "Buy" else "sells"] += 1
            part.fills["makers"] += fill["liquidity"] == "Maker"
            part.fills["takers"] += fill["liquidity"] == "Taker"
            part.turnover(fill, 1)
            if not order["hasFill"]:
                part.times.append(record["receiveTimeNs"] - order["time"])
        order["hasFill"] = True
        return True

    def bust(self, index, instrument, body, record):
        execution = self.executions.get((record["source"], body["refExecId"]))
        if not execution or execution["busted"]:
            return False
        execution["busted"] = True
        fill, order = execution["fill"], execution["order"]
        index = order["index"]
        self.move(index, order["strategy"], fill, -1, record["source"])
        self.between.pop(index, None)
        order["filled"] -= fill["qty"]
        for part in self.of(index, order["strategy"]):
            part.fills["busts"] += 1
            part.turnover(fill, -1)
        return True

    def correct(self, index, instrument, body, record):
        execution = self.executions.get((record["source"], body["refExecId"]))
        if not execution or execution["busted"]:
            return False
        wrong, order = execution["fill"], execution["order"]
        index = order["index"]
        right = {**wrong, "px": body["lastPx"] * instrument.px, "qty": body["lastQty"] * instrument.qty,
                 "fee": body["fee"] * instrument.fee}
        self.move(index, order["strategy"], wrong, -1, record["source"])
        account = self.part(index, None).account
        self.between[index] = (account.net, account.open_cost, *account.since_flat())
        self.move(index, order["strategy"], right, 1, record["source"])
        execution["fill"] = right
        self.executions[(record["source"], body["execId"])] = execution
        order["filled"] += right["qty"] - wrong["qty"]
        for part in self.of(index, order["strategy"]):
            part.fills["corrections"] += 1
            part.turnover(wrong, -1)
            part.turnover(right, 1)
        return True

    def on_PositionAdjustment(self, index, body, record):
        instrument = self.instruments[index]
        for part in self.of(index, body["strategyId"]):
            if part.account:
                part.account.move(body["qtyDelta"] * instrument.qty, body["px"] * instrument.px, 0)
            part.fills["adjustments"] += 1
        self.move_own(index, body["strategyId"], body["qtyDelta"] * instrument.qty, body["px"] * instrument.px, 0,
                      record["source"])
        self.between.pop(index, None)
        self.evaluate(index, record["sequence"])

    def on_CashAdjustment(self, index, body, record):
        instrument = self.instruments[index]
        self.cash.setdefault(instrument.currency, []).append(body["amount"] * instrument.notional)

    def equity(self, currency):
        """Of all instruments of a currency, with what operators paid in and took out."""
        accounts = [self.part(n, None).account for n, i in enumerate(self.instruments) if i.currency == currency]
        cash, unrealized = self.cash.get(currency, []), [account.unrealized() for account in accounts]
        realized, fees = sum(account.realized for account in accounts), sum(account.fees for account in accounts)
        gain = None if None in unrealized else sum(unrealized)
        return {"currency": currency, "cashAdjustments": len(cash), "cash": decimal(sum(cash)),
                "realized": decimal(realized), "unrealized": decimal(gain), "fees": decimal(fees),
                "equity": None if gain is None else decimal(sum(cash) + realized + gain - fees)}

    def on_PositionChanged(self, index, body, record):
        instrument, account = self.instruments[index], self.part(index, None).account
        logged = (body["netQty"] * instrument.qty, int(body["openCost"]) * instrument.unit,
                  int(body["realizedPnl"]) * instrument.unit, int(body["fees"]) * instrument.fee)
        self.compared += 1
        mine = (account.net, account.open_cost, *account.since_flat())
        if logged not in (mine, self.between.get(index)):
            self.differing += 1
            self.first_differing = self.first_differing or record["sequence"]

    def on_CancelReject(self, index, body, record):
        self.said = (body, record["kind"])
        for part in self.of(index, body["strategyId"]):
            part.reports["cancelRejects"] += 1

    def on_Anomaly(self, index, body, record):
        for part in self.of(index, body["strategyId"]):
            part.anomalies[body["code"]] += 1
        if self.pending and body["code"] in NOT_APPLIED and body["execId"] == self.pending[1]["execId"]:
            self.not_applied(*self.pending[:2])
            self.pending = None

    def on_RiskHalt(self, index, body, record):
        for part in self.of(index, body["strategyId"]) if body["active"] else []:
            part.halts[body["reason"]] += 1
        losses = self.limits.losses
        if losses.input == "RiskReset" and not body["active"] and body["reason"] == "MaxDailyLoss":
            of_currencies = [s for s in losses.scopes if s[0] == "currency"]
            meant = [("symbol", index)] if index is not None else [("strategy", body["strategyId"])] \
                if body["strategyId"] else of_currencies
            losses.restart([s for s in meant if s in losses.halted or len(meant) == 1])

    def on_StrategyFault(self, index, body, record):
        for part in self.of(index, body["strategyId"]):
            part.faults[body["code"]] += 1

    def report(self):
        self.settle()
        self.limits.end_input()
        strategies = sorted(s for i, s in self.parts if i is None and s is not None)
        return {
            "schemaVersion": 1, "firstSequence": self.first, "lastSequence": self.last, "events": self.events,
            "missing": 0, "firstTimeNs": self.first_time, "lastTimeNs": self.last_time, "runs": self.runs,
            "configChanges": self.config_changes, "total": self.part(None, None).activity(),
            "instruments": [self.part(n, None).instrument() for n in range(len(self.instruments))],
            "currencies": [self.equity(currency) for currency in self.currencies],
            "strategies": [{
                "strategyId": s, **self.part(None, s).activity(),
                "instruments": [self.parts[(n, s)].instrument() for n in range(len(self.instruments))
                                if (n, s) in self.parts]} for s in strategies],
            "limits": self.limits.report(), "decisionsOfUnknownLimits": self.limits.unknown,
            "positionCheck": {"compared": self.compared, "differing": self.differing,
                              "firstSequence": self.first_differing, "first": None}}


def difference(path, expected, actual):
    """The first place where the report is not what was recomputed; None = there is none."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        if path == ".positionCheck" and expected["differing"]:
            # How a difference is put into words is the program's.
            expected = {**expected, "first": actual.get("first")}
        for name in sorted(set(expected) | set(actual)):
            if name not in expected or name not in actual:
                return f"{path}.{name}: only in {'the report' if name in actual else 'what was recomputed'}"
            found = difference(f"{path}.{name}", expected[name], actual[name])
            if found:
                return found
        return None
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        return next(filter(None, (difference(f"{path}[{n}]", *pair) for n, pair in enumerate(zip(expected, actual)))),
                    None)
    if type(expected) is type(actual) and expected == actual:
        return None
    return f"{path}: recomputed {expected!r}, the report says {actual!r}"


def main():
    records, report = sys.argv[1:]
    log = Log()
    with open(records, encoding="utf-8") as lines:
        for line in lines:
            log.add(json.loads(line))
    expected = log.report()
    with open(report, encoding="utf-8") as text:
        found = difference("", expected, json.load(text))
    if found:
        print(found)
        sys.exit(1)
    fills = expected["total"]["fills"]["count"]
    print(f"{log.events} records, {fills} fills: every number is the same")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Recomputes every number of `trader report DIR --json` from `trader inspect DIR --json`, in fractions.

    check_report.py RECORDS.jsonl REPORT.json

Shares nothing with the program but the records' names. For logs that go back to their first event (a retired one is
refused). Exits 1 with the first difference, 2 when it cannot judge. Only the standard library.
"""
import hashlib
import json
import sys
from collections import Counter, deque
from fractions import Fraction

NOT_APPLIED = {"DuplicateExecId", "OrphanExecution", "UnknownOrder", "UnknownExecRef", "ArithmeticOverflow",
               "IllegalTransition", "InvalidReport", "UnexpectedReport"}
REASONS = ["KillSwitch", "Halted", "InvalidInstrument", "InvalidPrice", "InvalidQty", "RateLimit", "RepeatedOrder",
           "MaxOrderQty", "PriceCollar", "NoReferencePrice", "MaxOrderNotional", "MaxPosition", "MaxOpenOrders",
           "MaxGrossExposure", "MaxDailyLoss"]


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


class Limits:
    NAMES = [("orderRateLimit", "RateLimit"), ("maxOrderQty", "MaxOrderQty"), ("maxPriceDeviationBps", "PriceCollar"),
             ("maxOrderNotional", "MaxOrderNotional"), ("maxPosition", "MaxPosition")]

    def __init__(self):
        self.rows, self.times, self.unknown, self.config = {}, deque(), 0, None

    def load(self, config, sequence):
        self.config = config
        limits = [i.get("limits") for i in config["instruments"]]
        own = [s.get("limits") for s in config["strategies"]]
        text = json.dumps({"instruments": limits, "risk": config["risk"], "strategies": own}, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).digest()
        self.hash = digest[7::-1].hex() + digest[15:7:-1].hex()
        if config["risk"]["orderRateLimit"] == 0:
            self.times.clear()
        for name, _ in self.NAMES:
            for index in range(1 if name == "orderRateLimit" else len(limits)):
                row = {"fromSequence": sequence, "decisions": 0, "greatest": None, "greatestAllowed": None,
                       "denied": 0}
                self.rows.setdefault(self.key(name, index), row)

    def key(self, name, index):
        risk = self.config["risk"]
        if name == "orderRateLimit":
            return name, None, risk[name]
        return name, index, (self.config["instruments"][index].get("limits") or risk["limits"])[name]

    def window(self, now):
        while self.times and now - self.times[0] >= self.config["risk"]["orderRateWindowNs"]:
            self.times.popleft()
        return len(self.times)

    def add(self, index, now, intent, decision, filled_before):
        count = self.window(now)
        if decision["decision"] == "Allow" and self.config["risk"]["orderRateLimit"]:
            self.times.append(now)
        if decision["limitsHash"] != self.hash:
            self.unknown += 1
            return
        reason, reference = decision["reason"], decision["referencePx"]
        position = decision["positionQty"] * (1 if intent["side"] == "Buy" else -1)
        observed = {
            "orderRateLimit": count + 1, "maxOrderQty": intent["qty"], "maxOrderNotional": decision["notional"],
            "maxPosition": position + decision["openQty"] + intent["qty"] - filled_before,
            "maxPriceDeviationBps": None if intent["ordType"] != "Limit" or not reference
            else abs(intent["px"] - reference) * 10000 // abs(reference)}
        for name, denial in self.NAMES:
            reached = reason == "None" or (reason in REASONS and REASONS.index(reason) >= REASONS.index(denial))
            value = observed[name]
            if not reached or value is None:
                continue
            row = self.rows[self.key(name, index)]
            row["decisions"] += 1
            row["greatest"] = value if row["greatest"] is None else max(row["greatest"], value)
            if reason == denial:
                row["denied"] += 1
            elif decision["decision"] == "Allow":
                allowed = row["greatestAllowed"]
                row["greatestAllowed"] = value if allowed is None else max(allowed, value)

    def report(self, instruments):
        order = [name for name, _ in self.NAMES]
        units = {"maxOrderQty": "qty", "maxPosition": "qty", "maxOrderNotional": "notional"}
        result = []
        for (name, index, value), row in sorted(
                self.rows.items(), key=lambda e: (order.index(e[0][0]), e[0][1] or 0, e[1]["fromSequence"])):
            instrument = None if index is None else instruments[index]
            unit = getattr(instrument, units[name]) if name in units else 1
            text = {k: None if row[k] is None else decimal(row[k] * unit) for k in ("greatest", "greatestAllowed")}
            result.append({
                "limit": name, "symbol": instrument and instrument.name, "value": decimal(value * unit), **row, **text,
                "usedBps": basis_points(row["greatest"] or 0, value),
                "touched": bool(value) and row["greatest"] is not None and row["greatest"] >= value})
        return result


class Log:
    def __init__(self):
        self.instruments, self.parts, self.limits = [], {}, Limits()
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
            for index in range(len(self.instruments)):
                self.part(index, None)
        went_back = self.runs and record["receiveTimeNs"] < self.last_time
        if body["mode"] == "Flat" or went_back or (self.source is not None and self.source != config["source"]):
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
        if body["bidQty"] > 0 and body["askQty"] > 0 and body["bidPx"] <= body["askPx"]:
            instrument.mark, instrument.mark_is_quote = (body["bidPx"] + body["askPx"]) * instrument.px / 2, True
            self.evaluate(index, record["sequence"])

    def on_Trade(self, index, body, record):
        instrument = self.instruments[index]
        if not instrument.mark_is_quote:
            instrument.mark = body["px"] * instrument.px
            self.evaluate(index, record["sequence"])

    def on_OrderIntent(self, index, body, record):
        self.intent = body
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
        filled = replaced["filled"] / self.instruments[index].qty if replaced else 0
        if index is not None:
            self.limits.add(index, record["receiveTimeNs"], intent, body, filled)
        if is_new and allowed:
            self.orders[intent["clOrdId"]] = {
                "index": index, "strategy": body["strategyId"], "time": record["receiveTimeNs"], "filled": 0,
                "qty": intent["qty"] * self.instruments[index].qty, "hasFill": False}

    def on_ExecutionReport(self, index, body, record):
        if body["execType"] in ("Trade", "TradeCancel", "TradeCorrect"):
            self.pending = (index, body, record)
            return
        name = {"Canceled": "canceled", "Rejected": "rejected", "Expired": "expired",
                "Replaced": "replaced"}.get(body["execType"])
        for part in self.of(index, body["strategyId"]) if name else []:
            part.reports[name] += 1
        order = self.orders.get(body["origClOrdId"])
        if name == "replaced" and order:
            quantity = body["orderQty"] * self.instruments[index].qty
            for part in self.of(order["index"], order["strategy"]):
                if part.account:
                    part.quantity["ordered"] += quantity - order["qty"]
            order["qty"] = quantity
            self.orders[body["clOrdId"]] = order

    def settle(self):
        if not self.pending:
            return
        (index, body, record), self.pending = self.pending, None
        instrument = self.instruments[index]
        done = {"Trade": self.trade, "TradeCancel": self.bust, "TradeCorrect": self.correct}[body["execType"]](
            index, instrument, body, record)
        if not done:
            self.not_applied(index, body)
        self.evaluate(index, record["sequence"])

    def not_applied(self, index, body):
        for part in self.of(index, body["strategyId"]):
            part.fills["notApplied"] += 1

    def move(self, index, strategy, fill, sign):
        signed = fill["qty"] * (1 if fill["side"] == "Buy" else -1) * sign
        for part in self.of(index, strategy):
            if part.account:
                part.account.move(signed, fill["px"], sign * fill["fee"])

    def trade(self, index, instrument, body, record):
        key, order = (record["source"], body["execId"]), self.orders.get(body["clOrdId"])
        if key in self.executions or order is None:
            return False
        fill = {"side": body["side"], "px": body["lastPx"] * instrument.px, "qty": body["lastQty"] * instrument.qty,
                "fee": body["fee"] * instrument.fee, "liquidity": body["liquidity"]}
        self.executions[key] = {"fill": fill, "order": order, "busted": False}
        self.move(index, order["strategy"], fill, 1)
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
        self.move(index, order["strategy"], fill, -1)
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
        right = {**wrong, "px": body["lastPx"] * instrument.px, "qty": body["lastQty"] * instrument.qty,
                 "fee": body["fee"] * instrument.fee}
        self.move(index, order["strategy"], wrong, -1)
        account = self.part(index, None).account
        self.between[index] = (account.net, account.open_cost, *account.since_flat())
        self.move(index, order["strategy"], right, 1)
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
        self.between.pop(index, None)
        self.evaluate(index, record["sequence"])

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

    def on_StrategyFault(self, index, body, record):
        for part in self.of(index, body["strategyId"]):
            part.faults[body["code"]] += 1

    def report(self):
        self.settle()
        strategies = sorted(s for i, s in self.parts if i is None and s is not None)
        return {
            "schemaVersion": 1, "firstSequence": self.first, "lastSequence": self.last, "events": self.events,
            "missing": 0, "firstTimeNs": self.first_time, "lastTimeNs": self.last_time, "runs": self.runs,
            "configChanges": self.config_changes, "total": self.part(None, None).activity(),
            "instruments": [self.part(n, None).instrument() for n in range(len(self.instruments))],
            "strategies": [{
                "strategyId": s, **self.part(None, s).activity(),
                "instruments": [self.parts[(n, s)].instrument() for n in range(len(self.instruments))
                                if (n, s) in self.parts]} for s in strategies],
            "limits": self.limits.report(self.instruments), "decisionsOfUnknownLimits": self.limits.unknown,
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

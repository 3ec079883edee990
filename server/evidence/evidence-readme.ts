/** The words of an evidence bundle, for somebody who has never seen the product. */
import type { EvidenceRun } from './evidence-messages.ts';

export function readmeOf(run: EvidenceRun, packedAtMs: number): string {
  const at = (ms: number | null) => (ms === null ? 'not known' : new Date(ms).toISOString());
  return `EVIDENCE OF ONE POLL

Show      ${run.showTitle}
Poll      ${run.text}
Run       ${run.runId} (poll, mode and round)
Opened    ${at(run.openedAtMs)}
Closed    ${at(run.closedAtMs)}
Packed    ${at(packedAtMs)}

WHAT THE FILES ARE

ledger.db      SQLite database. Every ballot that was counted, and the links of the hash chain that holds them together.
               Table "ballots": one row a counted ballot. "voter" is a keyed hash (HMAC-SHA256, cut to 16 bytes) of the
               device's id. Its key exists once for this run, is not in this bundle, and is destroyed when the run is
               archived; after that nobody can tell which device cast which ballot. "ref" is what the voter was shown.
               "network" is empty here: where ballots came from is not handed out, and the chain does not bind it.
               Table "batches": one row a link. "classes" says what else happened in it: attempts that were duplicates,
               late, malformed and so on, which are not in "ballots".
               Table "runs": where the chain ends, and the seal: the head and the counts when the poll was closed.
journal.jsonl  What people and the server did to this run, one JSON object a line, oldest first. The entry with the event
               "run.closed" (or "run.sealed", where the run was recalled, revoked or declared void) holds the head and the
               counts that the server wrote down when it sealed the ledger. Where one act concerned more runs than this one,
               its other events are left out, and its command as far as it was about another run.
heads.json     The heads of the chain in one place: its last link, the seal's, and the journal's; also the last one that the
               ledger told the journal while the poll ran, and the names of the show in both files.
counts.json    The result, counted from ledger.db when this bundle was made, and what verifying it found. "share" is the
               percentage that every screen printed, divided by 100: of all ballots, to a tenth of a percent. Equal counts
               print equally; 0.0 and 100.0 are for none and for all only; where each ballot names one option they are
               rounded so that they add up to 100.0, if they can. Who leads is a matter of counts, not of shares.
               "concentrated", where it is there: so many of the ballots came from so many networks of more than "above" each.
               It may be a carrier's phones or one person with many tokens; nothing was left out for it.
check.py       Checks the chain, the heads and the counts with Python's own library and nothing of the product.

Times are milliseconds since 1970-01-01 UTC.

HOW TO CHECK IT

With the product:         npm run verify-ledger -- path/to/ledger.db
With Python 3, without:   python3 check.py
By hand, with any SQLite shell and any SHA-256 tool:

  1. Take the links in order:     SELECT * FROM batches ORDER BY id
  2. The first link's "prev" is SHA-256 of the run's name, ${run.runId} (no line feed).
  3. A link's "hash" is SHA-256 of these lines in UTF-8, each ended by one line feed:
       a. its "prev"
       b. a JSON array without spaces: [run name, edge_id, edge_epoch, batch_no, committed_at_ms, classes]
       c. for each of its ballots (SELECT * FROM ballots WHERE batch = id ORDER BY id) a JSON array without spaces:
          [voter as 32 lower-case hex digits, slot, ballot_id, ref, choice, received_at_ms, cast_at_ms or null]
     "classes" and "choice" are texts and appear quoted, as they stand in the table.
  4. The next link's "prev" is that hash. The last one is the head that "runs" names.
  5. The seal's head is that of link "sealed_batch", and it is the head in the journal's "run.closed" or "run.sealed". Links after it
     hold no ballots: they count attempts that came too late.
  6. Count the ballots by "choice" and compare with the seal, with journal.jsonl and with counts.json.

A head in a journal that you have from elsewhere, or that was read out on air, is worth more than one in the same zip:
whoever could change all the files of this bundle could make them fit together again.
`;
}

export const CHECK_SCRIPT = `"""Checks an evidence bundle with Python's own library. Run it in the unpacked folder; it ends with 0 when all holds."""
import hashlib, json, sqlite3, sys

def sha(text): return hashlib.sha256(text.encode()).hexdigest()
def line(values): return json.dumps(values, separators=(",", ":"), ensure_ascii=False)

wrong = []
db = sqlite3.connect("file:ledger.db?mode=ro", uri=True)
run = db.execute("SELECT run_id, head, last_batch, sealed_head, sealed_batch, sealed_tally FROM runs").fetchone()
if run is None:
    print("the ledger does not hold the run: DOES NOT HOLD")
    sys.exit(1)
name, last_head, last_link, sealed_head, sealed_link, sealed_tally = run
head, total, counts = sha(name), 0, {}
heads = {0: head}
ballots = {}
for batch, voter, slot, ballot, ref, choice, received, cast in db.execute(
        "SELECT batch, voter, slot, ballot_id, ref, choice, received_at_ms, cast_at_ms FROM ballots ORDER BY id"):
    ballots.setdefault(batch, []).append(line([voter.hex(), slot, ballot, ref, choice, received, cast]))
    for option in json.loads(choice): counts[option] = counts.get(option, 0) + 1
    total += 1
for link, edge, epoch, number, prev, said, classes, at in db.execute(
        "SELECT id, edge_id, edge_epoch, batch_no, prev, hash, classes, committed_at_ms FROM batches ORDER BY id").fetchall():
    lines = [head, line([name, edge, epoch, number, at, classes]), *ballots.pop(link, [])]
    if prev != head: wrong.append(f"link {link} does not go on from the link before it")
    head = heads[link] = sha("\\n".join(lines) + "\\n")
    if head != said: wrong.append(f"link {link} is not what was written")
last = max(heads)
if (last, head) != (last_link, last_head): wrong.append(f"the chain ends with link {last}, not with link {last_link}")
if sealed_head is not None and heads.get(sealed_link) != sealed_head: wrong.append("the seal's head is not in the chain")
for link in ballots: wrong.append(f"there are ballots of link {link}, which is not there")

def compare(who, tally):
    options = {o["id"]: o["count"] for o in tally["options"] if o["count"]}
    if (tally["total"], options) != (total, counts): wrong.append(f"{who} counts otherwise than the ledger: {tally}")

if sealed_tally is None: wrong.append("the ledger is not sealed")
else: compare("the seal", json.loads(sealed_tally))
compare("counts.json", json.load(open("counts.json", encoding="utf-8")))
closed = [e for l in open("journal.jsonl", encoding="utf-8") for e in json.loads(l)["events"]
    if e["type"] in ("run.closed", "run.sealed")]
if not closed: wrong.append("the journal has not sealed the run")
for event in closed:
    if event["head"] not in heads.values(): wrong.append("the journal's head is not in the chain")
    compare("the journal", event["tally"])

for fault in wrong: print(fault)
print(f"{name}: {total} ballots {counts}, head {sealed_head}:", "DOES NOT HOLD" if wrong else "holds")
sys.exit(1 if wrong else 0)
`;

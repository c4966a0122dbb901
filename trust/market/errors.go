package market

import "cliffhanger/internal/kernel/fault"

// What is answered when something about markets does not hold.
var (
	errStaff    = fault.New(fault.Forbidden, "market.staff_only", "Only operators and reviewers see the rules of markets.")
	errOperator = fault.New(fault.Forbidden, "market.operator_only", "Only an operator proposes or withdraws rules.")
	errPack     = fault.New(fault.NotFound, "market.pack_unknown", "There are no such rules. Load the page again.")
	errFile     = fault.New(fault.NotFound, "market.file_unknown", "There is no such file in the folder of rule packs. Load the page again.")
	errNothing  = fault.New(fault.Invalid, "market.nothing_proposed", "Choose a file, or send the text of one.")
	errBroken   = fault.New(fault.Invalid, "market.pack_broken", "This file cannot be read as rules. Mend the lines named below and propose it again.")
	errSame     = fault.New(fault.Conflict, "market.pack_same", "These rules are in force already: the file changes none of them.")
	errStaged   = fault.New(fault.Conflict, "market.pack_waits", "Other rules for this market wait to be put in force. Withdraw them first.")
	errMoved    = fault.New(fault.Conflict, "market.diff_moved", "What these rules would change is not what you saw any more. Look at it again and then decide.")
	errOwn      = fault.New(fault.Forbidden, "market.second_person", "Whoever proposes rules does not put them in force. Ask another operator or a reviewer.")
	errDone     = fault.New(fault.Conflict, "market.pack_decided", "This was decided already. Load the page again.")
	errInForce  = fault.New(fault.Conflict, "market.pack_in_force", "These rules are in force and stay in the record. Propose other ones in their place.")
	errTaken    = fault.New(fault.Conflict, "market.territory_taken", "A country these rules name belongs to another market's rules.")
	errAIScale  = fault.New(fault.Conflict, "market.ai_scale_missing", "AI dramas have a scale of their own here and must not fall back on that of live action. Keep a tier rule for AI alone.")
	errTables   = fault.New(fault.Conflict, "market.unread_tables", "The rules for minors or for consents in this file cannot be used.")
	errDay      = fault.New(fault.Invalid, "market.day_invalid", "Choose a day of the calendar such as 2026-07-01.").With(fault.Field{Path: "day", Code: "invalid", Msg: "is a day such as 2026-07-01"})
)

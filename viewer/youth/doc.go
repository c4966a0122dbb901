// Package youth is minors' mode: who is a minor, what one may watch, when and for
// how long, what one may pay, and that only a guardian can loosen it.
//
// # Owns
//
// Tables youth_mode, youth_day, youth_screen, youth_sitting, youth_pool and
// youth_log, what was done with the mode and by which device: its rows leave with
// their person only. Tables youth_age, what was said of an age and by whom, and youth_real_name,
// youth_real_name_consent, youth_real_name_try and youth_number_try of the room
// realname.
//
// # Promises
//
//   - The mode is a profile's, on all its devices. A guardian switches it on with a
//     band and a PIN, or the system of a device does with a signed claim; the PIN
//     ends it, and so does that device's system if it was the one that began it.
//   - Limits follow the rule that holds for the band, in the market where the mode
//     was switched on, at the moment asked (package policy); travelling changes
//     nothing. A guardian shortens freely; lengthening takes the PIN and is logged.
//   - Minutes are counted by this house's clock and by how far episodes moved, over
//     all devices of the profile: no clock of a device counts, what was played
//     without a network is counted when it is reported, and twice is once.
//   - A grant ends when the allowance does. Only dramas an operator put into the
//     minors' pool, for the band or a younger one, are shown or played.
//   - PINs are kept as argon2id and guessing is slowed down, on all nodes together.
//     A code to the owner's address sets another; without one the rule's wait ends
//     the mode; all screens of the account are told, and an adult of it can stop that.
//   - Of all that was said of an age, by whom and on which device, the strictest
//     holds, a range as the strictest band it touches, or the one in it that the owner
//     confirmed; a matched identity number outranks what was only declared, and no
//     system that signs that a minor uses its device. Unsigned, or heard before, it
//     only makes things stricter. Where the market's rule requires it, who is known to
//     be a minor is in the mode until they are grown up, and nobody ends it; elsewhere
//     they are offered it. The month of birth goes on counting.
//   - In the mode nothing is paid; who is known to be a minor and not in it pays
//     what the rule of the band and a guardian's lower limit let them: that limit
//     outlives the mode, with the PIN that raises it.
//   - Whoever is not in the mode costs a look into memory.
//
// # Announces
//
// AccountSettled. Devices are told of changes by the Screens port.
//
// # Listens
//
// To AccountErased, ProfileDeleted and AccountMerged. On every node: its own beacons, to drop what it remembers.
//
// # Asks
//
// Screens to tell devices; Dramas if there is a drama; Owners for codes to owners.
//
// # Answers
//
// MaySpend, to whoever takes money, before each purchase or gift: a port of the asker's,
// whose books answer Purchase.Spent, open purchases among it. No answer is a no.
//
// # Rooms
//
// policy: bands, rules, ages, curfews, payments, decisions, the meter. idnumber:
// numbers that cannot be printed. realname: who tencent or aliyun matched.
package youth

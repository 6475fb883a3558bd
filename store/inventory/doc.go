// Package inventory holds what one host has answered about its credentials, each fact
// with its time, and the rules for what is done about them. The screen and the
// commands share it. It has no sentences for people and no terminal.
//
// An [Inventory] takes answers of a host, from any caller. It judges
// buckets: their status, which is worst, what is worth removing, and what cannot
// be removed and why.
//
// A [Plan] is a removal or a renewal: its targets as they were shown, and what has
// to be typed to accept it. [Plan.Run] first checks that the targets still are what
// was shown, then changes one after the other and asks the host about each again.
package inventory

// Package bare is the least that a client and a host of the protocol can do:
// what the speed of the real ones is measured against. Neither end checks,
// wipes, counts down or gives up on anything. Nothing but benchmarks and the
// programs below tui/bench may use it.
//
// The client is encoding/json over a stream: one goroutine reads whole frames
// and hands each over one channel to the caller, who decodes it. The host
// answers from prepared bytes, all requests that came with one read with one
// write, so that it is never what a measurement waits for. Both write the same
// frames as the real ends, byte for byte but for the ids.
package bare

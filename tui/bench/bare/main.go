// Command bare asks the host at a path for everything that it lists, by the
// bare loop, eight requests at a time. It writes nothing but what went wrong.
package main

import (
	"fmt"
	"os"

	"credscope/socket"
	"credscope/socket/bare"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("one argument is needed, the socket's path")
	}
	l, err := bare.Dial(args[0])
	if err != nil {
		return err
	}
	if _, err = bare.Inventory(l, socket.MaxInFlight); err != nil {
		return err
	}
	return l.Close()
}

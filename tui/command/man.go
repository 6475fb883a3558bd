package command

import (
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"credscope/store"
	"credscope/tui"
)

// Man is the command that writes the manual page, made from the definitions of
// all commands and keys.
func Man(e *Env) *cobra.Command {
	return &cobra.Command{
		Use: "man", Short: "Write the manual page in roff", Args: NoArguments, Hidden: true,
		Example: "  credscope man > credscope.1",
		RunE: func(c *cobra.Command, _ []string) error {
			e.Status = Fine
			_, err := io.WriteString(e.Out, manual(c.Root()))
			return err
		},
	}
}

// manualDate is when the page was changed last. A page of one build is the same on
// every day.
const manualDate = "2026-11-29"

// roff is a page in the language of man(7).
type roff struct{ strings.Builder }

var escapeRoff = strings.NewReplacer(`\`, `\e`, "-", `\-`, "`", "")

// text writes lines of plain text.
func (r *roff) text(s string) {
	for line := range strings.Lines(s) {
		line = escapeRoff.Replace(strings.TrimRight(line, "\n"))
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			line = `\&` + line
		}
		if line == "" {
			line = ".PP"
		}
		r.WriteString(line + "\n")
	}
}

func (r *roff) section(title string) { r.WriteString(".SH " + title + "\n") }

// entry writes a term, and below it what it means.
func (r *roff) entry(term, means string) {
	r.WriteString(".TP\n.B \"" + strings.ReplaceAll(escapeRoff.Replace(term), `"`, `\(dq`) + "\"\n")
	r.text(means)
}

// example writes lines as they stand.
func (r *roff) example(s string) {
	r.WriteString(".nf\n")
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\n")
		if line == "" {
			r.WriteString(".sp\n")
			continue
		}
		r.text(line)
	}
	r.WriteString(".fi\n")
}

func (r *roff) flags(set *pflag.FlagSet) {
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		term := "--" + f.Name
		if value != "" {
			term += " " + value
		}
		r.entry(term, sentenceOf(usage))
	})
}

// sentenceOf begins with a capital and ends with a full stop.
func sentenceOf(s string) string {
	if s == "" {
		return s
	}
	return strings.TrimSuffix(strings.ToUpper(s[:1])+s[1:], ".") + "."
}

// commands writes the commands below root with their own flags.
func (r *roff) commands(root *cobra.Command) {
	for _, c := range root.Commands() {
		if c.Hidden || c.Name() == "help" {
			continue
		}
		r.entry(c.Use, sentenceOf(c.Short))
		if own := c.LocalNonPersistentFlags(); own.HasAvailableFlags() {
			r.WriteString(".RS\n")
			r.flags(own)
			r.WriteString(".RE\n")
		}
	}
}

// manual returns the manual page of a program.
func manual(root *cobra.Command) string {
	r := &roff{}
	r.WriteString(".TH " + strings.ToUpper(root.Name()) + " 1 " + manualDate + " " + root.Name() + " \"User Commands\"\n")
	r.section("NAME")
	r.text(root.Name() + " - " + root.Short)
	r.section("SYNOPSIS")
	r.WriteString(".B credscope\n")
	r.text("[FLAGS] [COMMAND [ARGUMENTS]]")
	r.section("DESCRIPTION")
	about, scenarios, _ := strings.Cut(root.Long, "Scenarios of ")
	r.text(strings.TrimSpace(about))
	r.section("COMMANDS")
	r.commands(root)
	r.section("OPTIONS")
	r.flags(root.PersistentFlags())
	r.section("KEYS")
	for _, k := range tui.Keys() {
		r.entry(k.Key, sentenceOf(k.Does))
	}
	r.section("SCENARIOS")
	r.example("Scenarios of " + scenarios)
	r.section("ENVIRONMENT")
	r.entry(store.SocketVariable, "Path of the host's socket.")
	r.entry(store.CapabilityVariable, "File descriptor that holds the host's capability.")
	r.entry("NO_COLOR, CLICOLOR_FORCE", "Turns colours off, and keeps them in a pipe.")
	r.entry("TERM, LC_ALL, LC_CTYPE, LANG", "What the terminal can show; with TERM=dumb, credscope is credscope list.")
	r.section("EXIT STATUS")
	for _, row := range exitStatuses() {
		r.entry(row[0], sentenceOf(row[1]))
	}
	r.section("FILES")
	r.text("credscope keeps no file. With --log it writes a new one.")
	r.section("EXAMPLES")
	r.example(root.Example)
	for _, c := range root.Commands() {
		if !c.Hidden && c.Example != "" {
			r.WriteString(".PP\n")
			r.example(c.Example)
		}
	}
	return r.String()
}

// exitStatuses are the rows of the reference's table.
func exitStatuses() (rows [][2]string) {
	_, table, _ := strings.Cut(reference, "| exit status | meaning |\n")
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		if len(cells) != 2 {
			if len(rows) > 0 {
				break
			}
			continue
		}
		if !strings.HasPrefix(cells[0], "---") {
			rows = append(rows, [2]string{cells[0], cells[1]})
		}
	}
	return rows
}

package command

import (
	_ "embed" // the page is part of the program
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

//go:embed README.md
var reference string

// Reference is the help topic about exit statuses and JSON.
func Reference() *cobra.Command {
	return &cobra.Command{Use: "json", Short: "Exit statuses, and the fields of --json", Long: plainPage(reference)}
}

// plainPage returns a page of Markdown for a terminal: tables in columns, no backquotes.
func plainPage(page string) string {
	var b strings.Builder
	columns := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for line := range strings.Lines(page) {
		line = strings.ReplaceAll(strings.TrimRight(line, "\n"), "`", "")
		switch {
		case strings.HasPrefix(line, "<!--"), strings.HasPrefix(line, "| ---"):
			continue
		case strings.HasPrefix(line, "#"):
			line = strings.ToUpper(strings.TrimLeft(line, "# "))
		case strings.HasPrefix(line, "|"):
			cells := strings.Split(strings.Trim(line, "| "), " | ")
			line = "  " + strings.Join(cells, "\t")
		}
		_, _ = columns.Write([]byte(line + "\n"))
	}
	_ = columns.Flush()
	return b.String()
}

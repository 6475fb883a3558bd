package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"credscope/socket"
	"credscope/store"
	"credscope/tui/text"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// Doctor is the command that goes the way to the first list step by step.
func Doctor(e *Env) *cobra.Command {
	private := false
	c := &cobra.Command{
		Use: "doctor", Short: "Check every step on the way to the host, for a bug report", Args: NoArguments,
		Example: "  credscope doctor --private",
		RunE:    func(c *cobra.Command, _ []string) error { return e.doctor(c.Context(), private) },
	}
	c.Flags().BoolVar(&private, "private", false, "shorten names and what in the path is a user's own")
	e.jsonFlag(c)
	return c
}

// step is one step of a diagnosis, with its evidence.
type step struct {
	Name     string `json:"step"`
	OK       *bool  `json:"ok"` // null if it was not reached
	Evidence string `json:"evidence"`
}

// diagnosis collects the steps and what they found out.
type diagnosis struct {
	steps     []step
	host      socket.Info
	providers []string
}

func (d *diagnosis) add(name string, ok bool, format string, args ...any) {
	d.steps = append(d.steps, step{Name: name, OK: &ok, Evidence: fmt.Sprintf(format, args...)})
}

// note adds a step that is neither good nor bad.
func (d *diagnosis) note(name, format string, args ...any) {
	d.steps = append(d.steps, step{Name: name, Evidence: fmt.Sprintf(format, args...)})
}

// stepNames are the steps in their order, the same on every host.
var stepNames = []string{
	"variable", "path", "type", "owner", "mode", "directory", "connect", "peer",
	"handshake", "capability", "list", "access", "warnings",
}

// fill adds the steps that were not reached.
func (d *diagnosis) fill() {
	done := map[string]step{}
	for _, s := range d.steps {
		done[s.Name] = s
	}
	d.steps = nil
	for _, name := range stepNames {
		s, reached := done[name]
		if !reached {
			s = step{Name: name, Evidence: "not reached"}
		}
		d.steps = append(d.steps, s)
	}
}

func (e *Env) doctor(ctx context.Context, private bool) error {
	d := &diagnosis{}
	by, path := e.Named()
	host, err := e.with(func(s *store.ProxyTokenStore) error {
		path = s.Client().Info().Path
		d.add("variable", true, "%s names %s", by, text.Name(path))
		return d.examine(ctx, s)
	})
	if _, wrong := errors.AsType[UsageError](err); wrong {
		return err
	}
	if host == nil {
		d.noStore(by, path, err)
	}
	d.fill()
	return e.writeDiagnosis(d, host, err, path, private)
}

// noStore explains why there is nothing to connect with.
func (d *diagnosis) noStore(by, path string, err error) {
	if path == "" {
		d.add("variable", false, "%s is not set", by)
	} else {
		d.add("variable", true, "%s names %s", by, text.Name(path))
	}
	if unusable, ok := errors.AsType[*store.CapabilityError](err); ok {
		d.add("capability", false, "%s", unusable.Reason)
	}
}

// examine goes from the path to the first list.
func (d *diagnosis) examine(ctx context.Context, s *store.ProxyTokenStore) error {
	place, pathErr, placeErr := socket.Inspect(s.Client().Info().Path)
	if pathErr != nil {
		d.add("path", false, "%s", detail(pathErr))
		return pathErr
	}
	d.add("path", true, "absolute, %d of at most %d bytes", place.Bytes, place.MaxBytes)
	d.location(place, placeErr)
	if placeErr != nil {
		return placeErr
	}
	names, err := s.ListProviders(ctx)
	d.providers, d.host = names, s.Client().Info()
	d.connection(err)
	if d.host.Handshakes > 0 {
		d.answers(err)
	}
	return err
}

// location says what stands at the path.
func (d *diagnosis) location(p socket.PathInfo, err error) {
	if !p.Found {
		d.add("type", false, "%s", detail(err))
	} else {
		d.add("type", p.Type == "socket", "%s", p.Type)
		d.add("owner", p.Trusted(), "uid %d", p.UID)
		open := ""
		if p.Open() {
			open = ", world-writable"
		}
		d.add("mode", !p.Open(), "%#o%s", p.Mode, open)
	}
	if p.DirFound {
		sticky := ""
		if p.DirMode&fs.ModeSticky != 0 {
			sticky = " with the sticky bit"
		}
		d.add("directory", !p.Unsafe(), "%s, uid %d, mode %#o%s", text.Name(p.Directory), p.DirUID, p.DirMode.Perm(), sticky)
	}
}

// detail is the evidence of an error about the path, without the path.
func detail(err error) string {
	if e, ok := errors.AsType[*socket.ConnectError](err); ok {
		return e.Detail
	}
	return words.ErrorWithoutKeys(err)
}

// connection says how far the connection came; err is that of the first request.
func (d *diagnosis) connection(err error) {
	if e, ok := errors.AsType[*socket.ConnectError](err); ok {
		d.add("connect", false, "%s", e.Detail)
		return
	}
	refusal, refused := errors.AsType[*socket.HandshakeError](err)
	if d.host.Handshakes == 0 && !refused {
		d.add("connect", false, "%s", words.ErrorWithoutKeys(err))
		return
	}
	d.add("connect", true, "connected")
	if d.host.PeerUID >= 0 {
		d.add("peer", true, "uid %d", d.host.PeerUID)
	} else {
		d.add("peer", true, "uid unknown")
	}
	if refused {
		d.add("handshake", false, "%s", words.ErrorWithoutKeys(err))
	} else {
		d.add("handshake", true, "accepted, protocol %d", d.host.Version)
	}
	word := map[string]string{
		"presented": "presented", "none": "none to present", "withheld": "withheld because of the warnings",
	}[words.Capability(d.host)]
	lacking := refused && refusal.Code == string(store.Unauthorized) && !d.host.Presented
	d.add("capability", !d.host.Withheld && !lacking, "%s", word)
	if len(d.host.Warnings) == 0 {
		d.add("warnings", true, "none")
	} else {
		d.add("warnings", false, "%s", strings.Join(d.host.Warnings, ", "))
	}
}

// answers says what an accepted connection has shown.
func (d *diagnosis) answers(err error) {
	switch {
	case err != nil:
		d.add("list", false, "%s", words.ErrorWithoutKeys(err))
		return
	case len(d.providers) == 0:
		d.note("list", "0 providers, as also from a keyring that could not be read")
	default:
		d.add("list", true, "%d providers: %s", len(d.providers), strings.TrimPrefix(instead(d.providers), "it lists "))
	}
	if d.restricted() {
		d.add("access", false, "restricted, it seems: nothing is listed to a capability, and hosts that do so forbid removals")
	} else if len(d.providers) > 0 {
		d.add("access", true, "not restricted")
	}
}

func (d *diagnosis) restricted() bool { return d.host.Presented && len(d.providers) == 0 }

// advice is the one sentence on what to do next.
func (d *diagnosis) advice(err error) string {
	switch {
	case err != nil:
		return Describe(err)
	case d.restricted():
		return words.HidesLists + ". Name what to check: --lookup PROVIDER[:BUCKET]."
	case len(d.providers) == 0:
		return nothingListed
	}
	return "No problems found: credscope shows the buckets, credscope list writes them."
}

// writeDiagnosis writes the steps and the advice, which says why a failure was one.
func (e *Env) writeDiagnosis(d *diagnosis, host *socket.Info, err error, path string, private bool) error {
	r := e.report()
	advice := d.advice(err)
	if private {
		names := anonymous(path, d.providers, r.glyphs.Ellipsis)
		for i := range d.steps {
			d.steps[i].Evidence = names.Replace(d.steps[i].Evidence)
		}
		advice = names.Replace(advice)
		if host != nil {
			host.Path = names.Replace(host.Path)
		}
	}
	if e.JSON {
		said := ""
		if err != nil {
			said = advice
		}
		return writeJSON(e.Out, doctorDocument{head: r.head("doctor", host, said), Steps: d.steps, Advice: advice})
	}
	if err := r.steps(e.Out, d.steps); err != nil {
		return err
	}
	_, failed := fmt.Fprintln(e.Out, "\n"+advice)
	return failed
}

// steps writes one step a line, each with a sign.
func (r report) steps(to io.Writer, steps []step) error {
	lines := make([][]cell, len(steps))
	for i, s := range steps {
		kind := theme.Info
		switch {
		case s.OK != nil && *s.OK:
			kind = theme.Success
		case s.OK != nil:
			kind = theme.Failure
		}
		lines[i] = []cell{{r.glyphs.Kinds[kind] + " " + s.Name, r.styles.Kinds[kind]}, {text.Free(s.Evidence), r.styles.Plain}}
	}
	return r.write(to, lines)
}

// publicFolders are the parts of socket paths that say nothing about a person.
var publicFolders = []string{"", "tmp", "var", "run", "user", "home", "Users", "private", "folders", "dev", "shm", "mnt", "T"}

// anonymous returns what shortens a socket's path and the given names wherever they
// stand in a text.
func anonymous(path string, names []string, ellipsis string) *strings.Replacer {
	type pair struct{ long, short string }
	var pairs []pair
	long, short := "", ""
	for i, part := range strings.Split(text.Name(path), "/") {
		if i > 0 {
			long, short = long+"/", short+"/"
		}
		long += part
		if !slices.Contains(publicFolders, part) {
			part = text.Shorten(part, ellipsis)
		}
		short += part
		if long != short {
			pairs = append(pairs, pair{long, short})
		}
	}
	for _, name := range names {
		if len(name) > 2 && name != store.DefaultBucket {
			pairs = append(pairs, pair{text.Name(name), text.Shorten(text.Name(name), ellipsis)})
		}
	}
	// A replacer takes the first that fits, so the longest come first.
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Or(len(b.long)-len(a.long), strings.Compare(a.long, b.long)) })
	flat := make([]string, 0, 2*len(pairs))
	for _, p := range pairs {
		flat = append(flat, p.long, p.short)
	}
	return strings.NewReplacer(flat...)
}

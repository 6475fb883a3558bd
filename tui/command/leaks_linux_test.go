package command_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"credscope/socket/sample"
)

// leaks are mistakes that the program could have, and what the examination says
// of each. They are made by leaking, below, by these names.
var leaks = map[string]string{
	"a field":         "output: raw",
	"a prefix":        "output: part",
	"base64":          "stdout: base64",
	"hex":             "stdout: hex",
	"an error":        "output: raw",
	"stderr":          "stderr: raw",
	"a file":          "file last",
	"the log":         "file log: raw",
	"the arguments":   "cmdline: raw",
	"the environment": "memory: raw",
	"kept":            "memory: raw",
	"UTF-16":          "memory: UTF-16LE",
	"a string":        "memory: raw",
	"no wipe":         "memory: raw",
	"a renewal":       "memory: raw",
	"a frame":         "memory: raw",
	"the last frame":  "memory: raw",
	"a grown buffer":  "memory: raw",
	"the capability":  "memory: raw",
	"the trace":       "file trace",
}

// leaking is every leak at its place, each made if the variable LEAK names it.
var leaking = []change{
	{"socket/log.go", "import (\n", "import (\n	\"bytes\"\n	\"encoding/base64\"\n	\"encoding/hex\"\n	\"encoding/json\"\n	\"unicode/utf16\"\n	\"unsafe\"\n"},
	{"socket/log.go", "// OpenLog", `var (
	Leak   = os.Getenv("LEAK")
	keep   [][]byte
	keep16 []uint16
)

func Leaking(what string, b []byte) string {
	if what == Leak {
		return string(b)
	}
	return ""
}

func Leaked(token []byte) {
	switch Leak {
	case "stderr":
		println(string(token))
	case "a file":
		_ = os.WriteFile(os.TempDir()+"/last", token, 0o600)
	case "the environment":
		_ = os.Setenv("LAST", string(token))
	case "the arguments":
		copy(unsafe.Slice(unsafe.StringData(os.Args[0]), len(os.Args[0])), token)
	case "kept":
		keep = append(keep, bytes.Clone(token))
	case "UTF-16":
		keep16 = append(keep16, utf16.Encode([]rune(string(token)))...)
	}
}

func Shown(was string, token []byte) string {
	switch Leak {
	case "a field":
		return string(token)
	case "a prefix":
		return string(token[:min(10, len(token))])
	case "base64":
		return base64.StdEncoding.EncodeToString(token)
	case "hex":
		return hex.EncodeToString(token)
	}
	return was
}

func Read(raw []byte) {
	var text string
	if Leak == "a string" && json.Unmarshal(raw, &text) == nil {
		keep = append(keep, []byte(text))
	}
}

// OpenLog`},
	{"store/store.go", "	defer token.Wipe()\n	switch {", "	socket.Leaked(token.AccessToken.Bytes())\n	defer token.Wipe()\n	switch {"},
	{"store/renewal.go", "	defer token.Wipe()\n", "	if socket.Leak != \"a renewal\" {\n		defer token.Wipe()\n	}\n"},
	{"store/token.go", "import (\n", "import (\n	\"credscope/socket\"\n"},
	{"store/token.go", "TokenType: t.TokenType, Scope", "TokenType: socket.Shown(t.TokenType, t.AccessToken.Bytes()), Scope"},
	{"store/decode.go", `What: "access_token is not a string"`, `What: "access_token is not a string" + socket.Leaking("an error", f.accessToken)`},
	{"store/secret.go", "import (\n", "import (\n	\"credscope/socket\"\n"},
	{"store/secret.go", "	*s = ownSecret(", "	socket.Read(raw)\n	*s = ownSecret("},
	{"store/secret.go", "		clear((*s.ref).bytes)\n", "		if socket.Leak != \"no wipe\" {\n			clear((*s.ref).bytes)\n		}\n"},
	{"socket/client.go", `"connected", "version", version`, `"connected", "version", version, "with", Leaking("the log", capability)`},
	{"socket/frame.go", "	clear(f.buf[f.start : f.start+f.lent])\n", "	if Leak != \"a frame\" {\n		clear(f.buf[f.start : f.start+f.lent])\n	}\n"},
	{"socket/frame.go", "		clear(f.buf)\n	} else", "		if Leak != \"a grown buffer\" {\n			clear(f.buf)\n		}\n	} else"},
	{"socket/frame.go", "func (f *framer) wipe() { clear(f.buf) }", "func (f *framer) wipe() {\n	if Leak != \"the last frame\" {\n		clear(f.buf)\n	}\n}"},
	{"socket/client.go", "	if c.o.Capability != nil {\n		c.o.Capability.Wipe()", "	if c.o.Capability != nil && Leak != \"the capability\" {\n		c.o.Capability.Wipe()"},
	{"main.go", "		_ = os.Unsetenv(name)", "		if name == \"TEA_TRACE\" && socket.Leak == \"the trace\" {\n			continue\n		}\n		_ = os.Unsetenv(name)"},
}

func TestEveryLeakIsNoticed(t *testing.T) {
	t.Parallel()
	program := bare(t, leaking...)
	var mu sync.Mutex
	noticed := 0
	t.Run("leaks", func(t *testing.T) {
		for _, name := range sample.Keys(leaks, 5) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				e := &examination{program: program, env: []string{"LEAK=" + name, "GOGC=off"}} // collected memory could be used anew before it is searched
				if name == "a renewal" {
					e.command(t, "renew", "provider-0000", "--stale", "--yes")
				} else {
					e.command(t, "show", "provider-0000", "--json")
				}
				if !e.says(leaks[name]) {
					e.inspect(t, 1, 40)
				}
				if !e.says(leaks[name]) {
					e.loss(t, "half a string")
				}
				if !e.says(leaks[name]) {
					t.Errorf("no %q among %q", leaks[name], e.leaks)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				noticed++
			})
		}
	})
	if tried := len(sample.Keys(leaks, 5)); noticed != tried {
		t.Errorf("%d of %d leaks were noticed", noticed, tried)
	}
	t.Logf("%d leaks were noticed", noticed)
}

// says tells whether one leak was found so.
func (e *examination) says(what string) bool {
	return slices.ContainsFunc(e.leaks, func(leak string) bool { return strings.Contains(leak, what) })
}

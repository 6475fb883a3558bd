package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"credscope/store"
)

// addresses maps values of resource_url to the hosts in them.
var addresses = map[string]string{
	"portal.qwen.example":                      "portal.qwen.example",
	"portal.qwen.example/v1":                   "portal.qwen.example",
	"portal.qwen.example:8443/v1":              "portal.qwen.example:8443",
	"https://portal.qwen.example/v1?k=s#f":     "portal.qwen.example",
	"https://portal.qwen.example":              "portal.qwen.example",
	"https://portal.qwen.example?k=4815162342": "portal.qwen.example",
	"https://portal.qwen.example#4815162342":   "portal.qwen.example",
	"https://user:4815162342@a.example/":       "a.example",
	"https://user:4815162342@a.example:443/":   "a.example:443",
	"https://user:4815162342@x@a.example/":     "a.example",
	"user:4815162342@a.example":                "a.example",
	"https://a.example\\@4815162342":           "a.example",
	"git+ssh://4815162342@a_b-c.example/x":     "a_b-c.example",
	"http://[::1]:80/x":                        "[::1]:80",
	"http://[fe80::1]/x":                       "[fe80::1]",
	"https://bücher.example/":                  "bücher.example",
	"a.example?next=https://b.example":         "a.example",
	"//a.example/x":                            "",
	"https:///path/only":                       "",
	"https://a b/":                             "",
	"https://a.example:port/":                  "",
	"https://user:4815162342/rest@a.example/":  "",
	"https://a.example:8443:4815162342":        "",
	"https://%34%38%31%35%31%36%32%33%34%32/":  "",
	"https://[4815162342/":                     "",
	"https://[]/":                              "",
	"https://[a.example]:x/":                   "",
	"https://a.example\x1b/":                   "",
	"https://user:4815162342@/":                "",
	"mailto:4815162342@":                       "",
	"\x00":                                     "",
	"%zz":                                      "",
	":80":                                      "",
}

func TestOnlyTheHostOfAResourceIsKept(t *testing.T) {
	for address, want := range addresses {
		quoted, err := json.Marshal(address)
		if err != nil {
			t.Fatal(err)
		}
		token, err := received(t, fmt.Sprintf(`{"access_token":"t","resource_url":%s}`, quoted))
		if err != nil {
			t.Fatal(err)
		}
		m := token.Metadata()
		if m.ResourceHost != want {
			t.Errorf("%q: %q, want %q", address, m.ResourceHost, want)
		}
		var reasons []string
		if want == "" {
			reasons = []string{"resource_url: no host in it"}
		}
		equal(t, address, drops(m), reasons)
		if all := fmt.Sprintf("%+v %+v", token, m); strings.Contains(all, "4815162342") {
			t.Errorf("%q: the rest of it is in %s", address, all)
		}
		made := store.OAuthToken{ResourceURL: address}
		if got := made.Metadata().ResourceHost; got != want {
			t.Errorf("%q of a token made here: %q, want %q", address, got, want)
		}
	}
}

func TestAnEmptyResourceIsNone(t *testing.T) {
	for _, value := range []string{`""`, `null`} {
		token, err := received(t, `{"access_token":"t","resource_url":`+value+`}`)
		if m := token.Metadata(); err != nil || m.ResourceHost != "" || drops(m) != nil {
			t.Errorf("%s: %+v, %v", value, m, err)
		}
	}
}

// repeated is a secret that other fields of the same reply contain.
const repeated = "kV9/canary-Wm3z\"é𝄞"

// spellings are ways to escape repeated in a JSON string.
var spellings = []string{
	`kV9/canary-Wm3z\"é𝄞`,
	`kV9\/canary\u002dWm3z\u0022\u00e9\ud834\uDD1E`,
	`\u006bV9/canary-Wm3\u007a\"é𝄞`,
}

// secretFields are the names of fields whose values are secrets.
var secretFields = []string{"access_token", "id_token", "refresh_token", "Refresh_Token", `refresh\u005ftoken`, "ID_TOKEN"}

// withSecret returns a token with a secret under this name, before or after other
// fields.
func withSecret(name, spelling, others string, before bool) string {
	secret := fmt.Sprintf(`"%s":"%s"`, name, spelling)
	if name != "access_token" {
		secret += `,"access_token":"another one"`
	}
	if before {
		return `{` + others + `,` + secret + `}`
	}
	return `{` + secret + `,` + others + `}`
}

// forEachToken decodes tokens that have repeated as a secret and the other fields, in
// which each %s is replaced by repeated, and calls try with their metadata. All fields,
// spellings and orders are combined.
func forEachToken(t *testing.T, others string, try func(data string, m store.Metadata)) {
	t.Helper()
	for _, name := range secretFields {
		for i, spelling := range spellings {
			for _, before := range []bool{true, false} {
				data := withSecret(name, spelling, fmt.Sprintf(others, spellings[(i+1)%len(spellings)]), before)
				token, err := received(t, data)
				if err != nil {
					t.Fatalf("%s: %v", data, err)
				}
				m := token.Metadata()
				if text := fmt.Sprintf("%+v %#v %+v", token, m, m); strings.Contains(text, repeated) {
					t.Errorf("%s is kept: %s", data, text)
				}
				try(data, m)
			}
		}
	}
}

func TestATextWithATokenOfTheSameReplyIsDropped(t *testing.T) {
	for _, field := range []string{"token_type", "scope", "account_id"} {
		for _, text := range []string{`%s`, `openid %s`, `%s profile`, `xkV9/canary%sx`} {
			forEachToken(t, `"`+field+`":"`+text+`","expiry":1893456000`, func(data string, m store.Metadata) {
				if got := strings.Join(drops(m), ", "); !strings.Contains(got, field+": contained a secret") {
					t.Errorf("%s: dropped %s", data, got)
				}
				if m.TokenType+m.Scope+m.AccountID != "" || m.Expiry != store.NewExpiry(1893456000) {
					t.Errorf("%s: %+v", data, m)
				}
			})
		}
	}
}

func TestAFieldWithATokenInItsNameIsCounted(t *testing.T) {
	forEachToken(t, `"%s":0,"x%[1]s":"y","more":0`, func(data string, m store.Metadata) {
		if got := strings.Join(drops(m), ", "); m.NamesLeftOut != 2 || !strings.Contains(got, "more: unknown field") {
			t.Errorf("%s: %d names left out, dropped %s", data, m.NamesLeftOut, got)
		}
	})
}

func TestAHostWithATokenInItIsDropped(t *testing.T) {
	for _, address := range []string{"https://4815162342.example/", "4815162342", "https://x@a4815162342/v1"} {
		token, err := received(t, `{"access_token":"4815162342","resource_url":"`+address+`"}`)
		if err != nil {
			t.Fatal(err)
		}
		m := token.Metadata()
		equal(t, address, drops(m), []string{"resource_url: contained a secret"})
		if m.ResourceHost != "" {
			t.Errorf("%s: %q", address, m.ResourceHost)
		}
	}
	token, err := received(t, `{"access_token":"4815162342","resource_url":"https://4815162342@a.example/4815162342"}`)
	if m := token.Metadata(); err != nil || m.ResourceHost != "a.example" || drops(m) != nil {
		t.Errorf("a token beside the host: %+v, %v", m, err)
	}
}

func TestAnEarlierTokenUnderTheSameNameIsLookedForToo(t *testing.T) {
	token, err := received(t, `{"access_token":"4815162342","scope":"4815162342","access_token":"another one"}`)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "dropped", drops(token.Metadata()), []string{"scope: contained a secret"})
	_, err = received(t, `{"access_token":"t"`+strings.Repeat(`,"refresh_token":"x"`, 15)+`}`)
	if err != nil {
		t.Error(err)
	}
	_, err = received(t, `{"access_token":"t"`+strings.Repeat(`,"refresh_token":"x"`, 16)+`}`)
	isMalformed(t, err, "get_token", "the token has over 16 secrets")
}

func TestOnlyAWholeTokenOfEightBytesIsLookedFor(t *testing.T) {
	for _, test := range []struct{ secret, scope string }{
		{"short12", "short12"},
		{"kV9-canary", "kV9-canar V9-canary kV9-Canary"},
		{strings.Repeat("x", 9000), strings.Repeat("x", 8192)},
	} {
		token, err := received(t, fmt.Sprintf(`{"access_token":%q,"scope":%q}`, test.secret, test.scope))
		if m := token.Metadata(); err != nil || m.Scope != test.scope || drops(m) != nil {
			t.Errorf("%.20s in %.20s: %v, %v", test.secret, test.scope, drops(m), err)
		}
	}
	token, err := received(t, `{"access_token":"12345678","scope":"12345678"}`)
	if m := token.Metadata(); err != nil || m.Scope != "" {
		t.Errorf("of eight bytes: %+v, %v", m, err)
	}
}

func TestASecretOfNoUTF8IsFoundAsItIsShown(t *testing.T) {
	for _, data := range []string{
		"{\"access_token\":\"secret \xff secret\",\"scope\":\"x secret \xff secret\"}",
		"{\"access_token\":\"secret \xff secret\",\"scope\":\"x secret \\ufffd secret\"}",
		"{\"access_token\":\"secret \\ufffd secret\",\"scope\":\"x secret \xff secret\"}",
		"{\"access_token\":\"secret \\ud834 secret\",\"scope\":\"x secret \\udd1e secret\"}",
	} {
		token, err := received(t, data)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, data, drops(token.Metadata()), []string{"scope: contained a secret"})
	}
}

// textFields are the names of the text fields of a token.
var textFields = []string{"token_type", "scope", "resource_url", "account_id"}

func TestFreeTextHasALimit(t *testing.T) {
	const limit = 8 << 10
	for _, field := range textFields {
		for size, fits := range map[int]bool{0: true, 1: true, limit - 3: true, limit - 2: true, limit: true, limit + 1: false, 3 * limit: false, 6*limit + 1: false} {
			for _, unit := range []string{"x", `\u0078`} {
				token, err := received(t, fmt.Sprintf(`{"access_token":"t","expiry":5,%q:"%s"}`, field, strings.Repeat(unit, size)))
				if err != nil {
					t.Fatalf("%s of %d bytes: %v", field, size, err)
				}
				var want []string
				if !fits {
					want = []string{field + ": over 8 KiB"}
				}
				m := token.Metadata()
				equal(t, fmt.Sprintf("%s of %d bytes", field, size), drops(m), want)
				if length := len(m.TokenType + m.Scope + m.ResourceHost + m.AccountID); fits && length != size || !fits && length != 0 {
					t.Errorf("%s of %d bytes was kept as %d", field, size, length)
				}
			}
		}
	}
}

func TestSecretsAndDroppedFieldsHaveNone(t *testing.T) {
	long := strings.Repeat("x", 100<<10)
	token, err := received(t, fmt.Sprintf(`{"access_token":%q,"id_token":%q,"expiry":5,"more":%q}`, long, long, long))
	if err != nil || len(token.AccessToken.Bytes()) != len(long) || len(token.IDToken.Bytes()) != len(long) {
		t.Error(err)
	}
}

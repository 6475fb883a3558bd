package command

import (
	"fmt"
	"runtime/debug"
)

// Version is the program's version with the Go that built it and, when the
// build holds it, the commit.
func Version() string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return version(build)
}

func version(build *debug.BuildInfo) string {
	text := fmt.Sprintf("%s (%s", build.Main.Version, build.GoVersion)
	settings := map[string]string{}
	for _, setting := range build.Settings {
		settings[setting.Key] = setting.Value
	}
	if commit := settings["vcs.revision"]; commit != "" {
		text += ", commit " + commit[:min(12, len(commit))]
		if settings["vcs.modified"] == "true" {
			text += " with changes"
		}
	}
	return text + ")"
}

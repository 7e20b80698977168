package host

import (
	"runtime/debug"

	"conpar/results"
)

// variable returns the check of an environment variable that changes how Go
// programs run. The values of other variables are never recorded.
func variable(name, usual string) func(system) results.Hazard {
	return func(s system) results.Hazard {
		switch value := s.getenv(name); value {
		case "", usual:
			return ok("as usual")
		default:
			return warn("%s=%s", name, clean(value))
		}
	}
}

// buildSettings returns what this program was built with.
func buildSettings() map[string]string {
	settings := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
	}
	return settings
}

// instructionSet: the speed of CPU-bound work depends on the instructions that
// the compiler may use. The program records them; the environment may have
// changed since it was built.
func (s system) instructionSet() results.Hazard {
	for _, at := range []struct{ key, usual string }{{"GOAMD64", "v1"}, {"GOARM64", "v8.0"}} {
		switch value := s.settings[at.key]; value {
		case "":
		case at.usual:
			return ok("%s=%s", at.key, value)
		default:
			return warn("%s=%s", at.key, clean(value))
		}
	}
	return unknown("no GOAMD64 or GOARM64 in this program's build settings")
}

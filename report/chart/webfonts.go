package chart

import (
	_ "embed" // the fonts
	"encoding/base64"
	"fmt"
	"strings"
)

//go:embed fonts/Inter-Regular.woff2
var regularWOFF2 []byte

//go:embed fonts/Inter-SemiBold.woff2
var semiBoldWOFF2 []byte

// WebFonts returns the two fonts as @font-face rules that need no file, for a
// page that pastes Inline drawings: they were measured in Inter.
func WebFonts() string {
	var b strings.Builder
	for _, f := range []struct {
		weight string
		data   []byte
	}{{"400", regularWOFF2}, {"600", semiBoldWOFF2}} {
		fmt.Fprintf(&b, "@font-face{font-family:Inter;font-weight:%s;src:url(data:font/woff2;base64,%s)format(\"woff2\")}\n",
			f.weight, base64.StdEncoding.EncodeToString(f.data))
	}
	return b.String()
}

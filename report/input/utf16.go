package input

import (
	"bufio"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// decoded returns a reader of in as UTF-8: of UTF-16 text, as PowerShell's >
// writes it, its translation, and in itself of all other text.
func decoded(in io.Reader) *bufio.Reader {
	b := bufio.NewReaderSize(in, maxLine)
	start, _ := b.Peek(2)
	switch string(start) {
	case "\xff\xfe":
		return bufio.NewReader(&utf16Reader{in: b, order: binary.LittleEndian})
	case "\xfe\xff":
		return bufio.NewReader(&utf16Reader{in: b, order: binary.BigEndian})
	}
	return b
}

// utf16Reader translates UTF-16 text. Half a character becomes U+FFFD.
type utf16Reader struct {
	in    *bufio.Reader
	order binary.ByteOrder
	char  [utf8.UTFMax]byte
	rest  []byte // of char, what did not fit
}

// Read returns whole characters, as long as there are any.
func (u *utf16Reader) Read(p []byte) (int, error) {
	n := 0
	for {
		if len(u.rest) == 0 {
			if n > 0 && u.in.Buffered() == 0 {
				return n, nil // what there is, rather than wait for more
			}
			r, err := u.next()
			if err != nil {
				return n, err
			}
			u.rest = utf8.AppendRune(u.char[:0], r)
		}
		c := copy(p[n:], u.rest)
		u.rest = u.rest[c:]
		if n += c; len(u.rest) > 0 {
			return n, nil
		}
	}
}

func (u *utf16Reader) next() (rune, error) {
	var unit [2]byte
	switch _, err := io.ReadFull(u.in, unit[:]); err {
	case nil:
	case io.ErrUnexpectedEOF:
		return utf8.RuneError, nil
	default:
		return 0, err
	}
	r := rune(u.order.Uint16(unit[:]))
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if low, _ := u.in.Peek(2); len(low) == 2 {
		if both := utf16.DecodeRune(r, rune(u.order.Uint16(low))); both != utf8.RuneError {
			_, err := u.in.Discard(2)
			return both, err
		}
	}
	return utf8.RuneError, nil
}

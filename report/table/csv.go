package table

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"iter"
	"reflect"
	"strconv"
	"strings"

	"conpar/report/null"
	"conpar/report/words"
)

// WriteCSV writes records as CSV: a line with the names of the columns, and
// then a line for each record. A column is named after the path of a value in
// the record, "worth.goroutines.from", or is "name=path" where it has another
// name. What is null or not there is empty here.
// A list is written with spaces between its elements. Text is that of
// [words.Spreadsheet].
func WriteCSV(w io.Writer, columns []string, records iter.Seq[null.Object]) error {
	out := csv.NewWriter(w)
	names, paths := make([]string, len(columns)), make([][]string, len(columns))
	for i, column := range columns {
		name, path, renamed := strings.Cut(column, "=")
		if !renamed {
			path = name
		}
		names[i], paths[i] = name, strings.Split(path, ".")
	}
	out.Write(names) // Error tells of all writes
	line := make([]string, len(columns))
	for record := range records {
		for i, path := range paths {
			text, err := csvText(record, path)
			if err != nil {
				return err
			}
			line[i] = text
		}
		out.Write(line)
	}
	out.Flush()
	return out.Error()
}

func csvText(v any, path []string) (string, error) {
	for _, key := range path {
		of, _ := v.(null.Object) // null has no values
		v = of.Get(key)
	}
	if list, ok := v.([]string); ok {
		return words.Spreadsheet(strings.Join(list, " ")), nil
	}
	kind := reflect.ValueOf(v).Kind()
	if kind == reflect.String {
		return words.Spreadsheet(reflect.ValueOf(v).String()), nil
	}
	of, err := json.Marshal(v)
	if err != nil || string(of) == "null" {
		return "", err
	}
	if kind == reflect.Float64 {
		number, err := strconv.ParseFloat(string(of), 64)
		return strconv.FormatFloat(number, 'g', -1, 64), err
	}
	return string(of), nil
}

module power.example

go 1.26

"""Labelling of Parquet files, wherever they lie, by the processes of one machine or of many."""

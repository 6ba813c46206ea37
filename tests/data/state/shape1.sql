BEGIN TRANSACTION;
CREATE TABLE sheetsync_cells (
	book VARCHAR(500) NOT NULL, 
	form VARCHAR(60) NOT NULL, 
	field VARCHAR(60) NOT NULL, 
	"key" VARCHAR(500) NOT NULL, 
	value VARCHAR NOT NULL, 
	since DATETIME NOT NULL, 
	"before" VARCHAR, 
	PRIMARY KEY (book, form, field, "key")
);
INSERT INTO "sheetsync_cells" VALUES('workbooks/进度.xlsx','progress','state','XZB20231001-01','进行中','2023-10-16 09:00:00.000000',NULL);
INSERT INTO "sheetsync_cells" VALUES('workbooks/进度.xlsx','progress','state','XZB20231001-02','受阻','2023-10-17 09:30:15.250000','进行中');
INSERT INTO "sheetsync_cells" VALUES('workbooks/进度.xlsx','progress','due','XZB20231001-01','','2023-10-16 09:00:00.000000',NULL);
INSERT INTO "sheetsync_cells" VALUES('workbooks/进度.xlsx','progress','due','it''s','2023-10-31 18:00','2023-10-16 09:00:00.000000','');
INSERT INTO "sheetsync_cells" VALUES('b.xlsx','issues','state','WT20231001','未开始','2023-10-16 09:00:00.000000',NULL);
CREATE TABLE sheetsync_shape (
	number INTEGER NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "sheetsync_shape" VALUES(1);
COMMIT;

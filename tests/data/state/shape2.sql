BEGIN TRANSACTION;
CREATE TABLE sheetsync_audit (
	number INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	source VARCHAR(20) NOT NULL, 
	actor VARCHAR(100) NOT NULL, 
	book VARCHAR(500) NOT NULL, 
	"table" VARCHAR(100) NOT NULL, 
	record_id VARCHAR(500) NOT NULL, 
	field VARCHAR(500) NOT NULL, 
	old_value VARCHAR NOT NULL, 
	new_value VARCHAR NOT NULL, 
	rule VARCHAR(20) NOT NULL, 
	cause VARCHAR(500) NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "sheetsync_audit" VALUES(1,'2023-10-17 09:30:15.250000','规则','系统','workbooks/进度.xlsx','进度','XZB20231001-01','截止时间','2023-10-13 18:00','2023-10-16 18:00','SM5','BG20231001');
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
INSERT INTO "sheetsync_shape" VALUES(2);
CREATE INDEX ix_sheetsync_audit_at ON sheetsync_audit (at);
COMMIT;

BEGIN TRANSACTION;
CREATE TABLE adopted_items (
	"key" VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	PRIMARY KEY ("key"), 
	UNIQUE (id)
);
INSERT INTO "adopted_items" VALUES('Zones/1/ZoneName','old-7','Zone name');
CREATE TABLE alarm_book (
	name VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "alarm_book" VALUES('epoch','334fa450');
INSERT INTO "alarm_book" VALUES('pruned','0');
CREATE TABLE alarm_events (
	sequence INTEGER NOT NULL, 
	alarm VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	source_name VARCHAR NOT NULL, 
	state SMALLINT NOT NULL, 
	acknowledge SMALLINT NOT NULL, 
	priority INTEGER NOT NULL, 
	category VARCHAR NOT NULL, 
	message VARCHAR NOT NULL, 
	occurrence BIGINT NOT NULL, 
	transition BIGINT NOT NULL, 
	PRIMARY KEY (sequence)
);
INSERT INTO "alarm_events" VALUES(1,'Stations/1/Alarm','Stations/1/StationStatus','Station-EVSimu1_Alarm',1,2,100,'EVCE Fault','Station EVSimu1: status faulted',1767225600000000,1767225600000000);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0008');
CREATE TABLE commands (
	sequence INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	user VARCHAR(128) NOT NULL, 
	client VARCHAR(128) NOT NULL, 
	item VARCHAR(128) NOT NULL, 
	old VARCHAR NOT NULL, 
	new VARCHAR NOT NULL, 
	success BOOLEAN NOT NULL, 
	answer VARCHAR NOT NULL, 
	read_back VARCHAR NOT NULL, 
	valid_until VARCHAR(32) NOT NULL, 
	stage VARCHAR(16) DEFAULT '' NOT NULL, 
	PRIMARY KEY (sequence)
);
INSERT INTO "commands" VALUES(1,'2026-01-01T00:30:00Z','ebo','192.168.0.7','Zones/1/ZoneReduction','10.0','25.0',1,'','25.0','2149-12-16T08:27:56Z','confirmed');
INSERT INTO "commands" VALUES(2,'2026-01-01T00:30:00Z','ebo','192.168.0.7','Zones/1/ZoneReduction','25.0','250.0',0,'INVALID_VALUE: a reduction is 0 to 100 %, not 250','25.0','','refused');
CREATE TABLE facts (
	name VARCHAR(64) NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "facts" VALUES('setup.system','{"name": "EVCE simulator", "apiVersion": "6", "version": "6.0.0", "time": "2026-01-01T00:00:00Z"}');
INSERT INTO "facts" VALUES('setup.at','2026-01-01T00:00:00Z');
INSERT INTO "facts" VALUES('logs.position','{"last": "2026-01-01T00:15:00Z", "minutes": 15, "taken": "2026-01-01T00:15:00Z", "missed": 0}');
CREATE TABLE history_samples (
	series INTEGER NOT NULL, 
	time BIGINT NOT NULL, 
	value FLOAT NOT NULL, 
	state SMALLINT NOT NULL, 
	PRIMARY KEY (series, time), 
	FOREIGN KEY(series) REFERENCES history_series (id)
)
 WITHOUT ROWID

;
INSERT INTO "history_samples" VALUES(1,1767225600000000,12.5,0);
INSERT INTO "history_samples" VALUES(1,1767226500000000,12.5,0);
INSERT INTO "history_samples" VALUES(2,1767225600000000,0.13,0);
INSERT INTO "history_samples" VALUES(2,1767226500000000,0.13,0);
INSERT INTO "history_samples" VALUES(3,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(3,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(4,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(4,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(5,1767225600000000,0.13,0);
INSERT INTO "history_samples" VALUES(5,1767226500000000,0.13,0);
INSERT INTO "history_samples" VALUES(6,1767225600000000,0.58,0);
INSERT INTO "history_samples" VALUES(6,1767226500000000,0.58,0);
INSERT INTO "history_samples" VALUES(7,1767225600000000,0.58,0);
INSERT INTO "history_samples" VALUES(7,1767226500000000,0.58,0);
INSERT INTO "history_samples" VALUES(8,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(8,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(9,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(9,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(10,1767225600000000,12.5,0);
INSERT INTO "history_samples" VALUES(10,1767226500000000,12.5,0);
INSERT INTO "history_samples" VALUES(11,1767225600000000,0.13,0);
INSERT INTO "history_samples" VALUES(11,1767226500000000,0.13,0);
INSERT INTO "history_samples" VALUES(12,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(12,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(13,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(13,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(14,1767225600000000,0.13,0);
INSERT INTO "history_samples" VALUES(14,1767226500000000,0.13,0);
INSERT INTO "history_samples" VALUES(15,1767225600000000,0.58,0);
INSERT INTO "history_samples" VALUES(15,1767226500000000,0.58,0);
INSERT INTO "history_samples" VALUES(16,1767225600000000,0.58,0);
INSERT INTO "history_samples" VALUES(16,1767226500000000,0.58,0);
INSERT INTO "history_samples" VALUES(17,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(17,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(18,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(18,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(19,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(19,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(20,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(20,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(21,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(21,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(22,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(22,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(23,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(23,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(24,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(24,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(25,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(25,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(26,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(26,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(27,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(27,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(28,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(28,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(29,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(29,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(30,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(30,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(31,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(31,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(32,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(32,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(33,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(33,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(34,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(34,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(35,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(35,1767226500000000,0.0,0);
INSERT INTO "history_samples" VALUES(36,1767225600000000,0.0,0);
INSERT INTO "history_samples" VALUES(36,1767226500000000,0.0,0);
CREATE TABLE history_series (
	id INTEGER NOT NULL, 
	item VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (item)
);
INSERT INTO "history_series" VALUES(1,'Stations/1/OverallConsumptionLogs/StationActiveEnergy-Readings');
INSERT INTO "history_series" VALUES(2,'Stations/1/OverallConsumptionLogs/StationOverallActivePowerPhase1-Readings');
INSERT INTO "history_series" VALUES(3,'Stations/1/OverallConsumptionLogs/StationOverallActivePowerPhase2-Readings');
INSERT INTO "history_series" VALUES(4,'Stations/1/OverallConsumptionLogs/StationOverallActivePowerPhase3-Readings');
INSERT INTO "history_series" VALUES(5,'Stations/1/OverallConsumptionLogs/StationOverallActivePowerTotal-Readings');
INSERT INTO "history_series" VALUES(6,'Stations/1/OverallConsumptionLogs/StationOverallRmsCurrentAverage-Readings');
INSERT INTO "history_series" VALUES(7,'Stations/1/OverallConsumptionLogs/StationOverallRmsCurrentPhase1-Readings');
INSERT INTO "history_series" VALUES(8,'Stations/1/OverallConsumptionLogs/StationOverallRmsCurrentPhase2-Readings');
INSERT INTO "history_series" VALUES(9,'Stations/1/OverallConsumptionLogs/StationOverallRmsCurrentPhase3-Readings');
INSERT INTO "history_series" VALUES(10,'Zones/1/OverallConsumptionLogs/ZoneActiveEnergy-Readings');
INSERT INTO "history_series" VALUES(11,'Zones/1/OverallConsumptionLogs/ZoneOverallActivePowerPhase1-Readings');
INSERT INTO "history_series" VALUES(12,'Zones/1/OverallConsumptionLogs/ZoneOverallActivePowerPhase2-Readings');
INSERT INTO "history_series" VALUES(13,'Zones/1/OverallConsumptionLogs/ZoneOverallActivePowerPhase3-Readings');
INSERT INTO "history_series" VALUES(14,'Zones/1/OverallConsumptionLogs/ZoneOverallActivePowerTotal-Readings');
INSERT INTO "history_series" VALUES(15,'Zones/1/OverallConsumptionLogs/ZoneOverallRmsCurrentAverage-Readings');
INSERT INTO "history_series" VALUES(16,'Zones/1/OverallConsumptionLogs/ZoneOverallRmsCurrentPhase1-Readings');
INSERT INTO "history_series" VALUES(17,'Zones/1/OverallConsumptionLogs/ZoneOverallRmsCurrentPhase2-Readings');
INSERT INTO "history_series" VALUES(18,'Zones/1/OverallConsumptionLogs/ZoneOverallRmsCurrentPhase3-Readings');
INSERT INTO "history_series" VALUES(19,'Zones/2/OverallConsumptionLogs/ZoneActiveEnergy-Readings');
INSERT INTO "history_series" VALUES(20,'Zones/2/OverallConsumptionLogs/ZoneOverallActivePowerPhase1-Readings');
INSERT INTO "history_series" VALUES(21,'Zones/2/OverallConsumptionLogs/ZoneOverallActivePowerPhase2-Readings');
INSERT INTO "history_series" VALUES(22,'Zones/2/OverallConsumptionLogs/ZoneOverallActivePowerPhase3-Readings');
INSERT INTO "history_series" VALUES(23,'Zones/2/OverallConsumptionLogs/ZoneOverallActivePowerTotal-Readings');
INSERT INTO "history_series" VALUES(24,'Zones/2/OverallConsumptionLogs/ZoneOverallRmsCurrentAverage-Readings');
INSERT INTO "history_series" VALUES(25,'Zones/2/OverallConsumptionLogs/ZoneOverallRmsCurrentPhase1-Readings');
INSERT INTO "history_series" VALUES(26,'Zones/2/OverallConsumptionLogs/ZoneOverallRmsCurrentPhase2-Readings');
INSERT INTO "history_series" VALUES(27,'Zones/2/OverallConsumptionLogs/ZoneOverallRmsCurrentPhase3-Readings');
INSERT INTO "history_series" VALUES(28,'Zones/3/OverallConsumptionLogs/ZoneActiveEnergy-Readings');
INSERT INTO "history_series" VALUES(29,'Zones/3/OverallConsumptionLogs/ZoneOverallActivePowerPhase1-Readings');
INSERT INTO "history_series" VALUES(30,'Zones/3/OverallConsumptionLogs/ZoneOverallActivePowerPhase2-Readings');
INSERT INTO "history_series" VALUES(31,'Zones/3/OverallConsumptionLogs/ZoneOverallActivePowerPhase3-Readings');
INSERT INTO "history_series" VALUES(32,'Zones/3/OverallConsumptionLogs/ZoneOverallActivePowerTotal-Readings');
INSERT INTO "history_series" VALUES(33,'Zones/3/OverallConsumptionLogs/ZoneOverallRmsCurrentAverage-Readings');
INSERT INTO "history_series" VALUES(34,'Zones/3/OverallConsumptionLogs/ZoneOverallRmsCurrentPhase1-Readings');
INSERT INTO "history_series" VALUES(35,'Zones/3/OverallConsumptionLogs/ZoneOverallRmsCurrentPhase2-Readings');
INSERT INTO "history_series" VALUES(36,'Zones/3/OverallConsumptionLogs/ZoneOverallRmsCurrentPhase3-Readings');
CREATE TABLE object_numbers (
	kind VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	number BIGINT NOT NULL, 
	PRIMARY KEY (kind, text), 
	UNIQUE (kind, number)
);
INSERT INTO "object_numbers" VALUES('zone','north',1);
CREATE TABLE owner (
	number INTEGER NOT NULL, 
	token VARCHAR(32) NOT NULL, 
	renewals INTEGER NOT NULL, 
	renewed BIGINT NOT NULL, 
	since BIGINT NOT NULL, 
	host VARCHAR NOT NULL, 
	kernel VARCHAR NOT NULL, 
	process INTEGER NOT NULL, 
	started VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	imprint VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (number)
);
CREATE TABLE poll_pages (
	list VARCHAR(32) NOT NULL, 
	page INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	PRIMARY KEY (list, page)
);
INSERT INTO "poll_pages" VALUES('zones',0,X'7B226974656D73223A205B7B226964223A20312C20226E616D65223A20225A31222C202274797065223A2022535441544943222C20226D617843757272656E74223A203130302C2022736574506F696E7443757272656E74223A203130302C2022736574506F696E74506F776572223A2036392C20226E756D6265724F665472616E73616374696F6E73223A20302C2022726564756374696F6E223A207B2276616C7565223A2031302E302C202274797065223A202270657263656E74616765222C20226465736372697074696F6E223A202265787465726E616C2D726564756374696F6E40626D734170692D312D5A31222C202276616C6964697479223A2022323134392D31322D31365430383A32373A35365A222C202276616C69646974794D6F6465223A20226162736F6C757465227D7D2C207B226964223A20322C20226E616D65223A20225A32222C202274797065223A2022535441544943222C20226D617843757272656E74223A2036332C2022736574506F696E7443757272656E74223A2036332C2022736574506F696E74506F776572223A2034332C20226E756D6265724F665472616E73616374696F6E73223A20302C2022726564756374696F6E223A206E756C6C7D2C207B226964223A20332C20226E616D65223A20225A33222C202274797065223A202244594E414D4943222C20226D617843757272656E74223A203132352C2022736574506F696E7443757272656E74223A203132352C2022736574506F696E74506F776572223A2038362C20226E756D6265724F665472616E73616374696F6E73223A20302C2022726564756374696F6E223A206E756C6C7D5D2C2022746F74616C223A20337D');
INSERT INTO "poll_pages" VALUES('stations',0,X'7B226974656D73223A205B7B226964223A20312C20227A6F6E654964223A20312C2022667269656E646C794E616D65223A2022455653696D7531222C20226F6370704964656E746966696572223A2022455653696D7531222C202274797065223A20226F637070312E36222C202273657269616C4E756D626572223A2022455653696D7531222C20226D6F64656C223A20224F70656E204F4350502053696D756C61746564222C202276657273696F6E223A2022312E312E30222C2022697041646472657373223A20223139322E3136382E302E313934222C202263706F55726C223A206E756C6C2C20226163636570746564427943706F223A2066616C73652C2022636F6E6E6563746564223A20747275652C2022737461747573223A20226661756C746564222C202261757468656E7469636174696F6E4D6F6465223A2022616C6C6F775F616C6C222C2022646973636F6E6E656374656441757468656E7469636174696F6E4D6F6465223A2022616C6C6F775F616C6C227D5D2C2022746F74616C223A20317D');
INSERT INTO "poll_pages" VALUES('connectors',0,X'7B226974656D73223A205B7B226964223A20312C202273746174696F6E4964223A20312C20226C6F676963616C436F6E6E6563746F72223A20312C2022737461747573223A2022617661696C61626C65222C2022617661696C61626C65223A20747275652C20226463223A2066616C73652C20226669786564536574506F696E74223A2066616C73652C20226D617843757272656E74223A2033322C20226D6178506F776572223A206E756C6C2C20227068617365436F6E6E656374696F6E223A20226D6F6E6F31222C2022736574506F696E7443757272656E74223A2033322C2022736574506F696E74506F776572223A20372C2022616374697665506F776572223A205B302E31332C20302E302C20302E305D2C2022726D7343757272656E74223A205B302E35382C20302E302C20302E305D2C2022616374697665456E65726779223A2031322E352C20226572726F72436F6465223A206E756C6C2C20227472616E73616374696F6E4964223A206E756C6C7D5D2C2022746F74616C223A20317D');
INSERT INTO "poll_pages" VALUES('system',0,X'7B226E616D65223A2022455643452073696D756C61746F72222C202261706956657273696F6E223A202236222C202276657273696F6E223A2022362E302E30222C202274696D65223A2022323032362D30312D30315430303A33303A30305A227D');
INSERT INTO "poll_pages" VALUES('at',0,X'323032362D30312D30315430303A33303A30305A');
CREATE TABLE portal_audit (
	number INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	user VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	act VARCHAR NOT NULL, 
	about VARCHAR NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "portal_audit" VALUES(1,1767225600000000,'admin','10.0.0.7','Logged in','2026-01-01T00:00:00Z');
CREATE TABLE portal_users (
	name VARCHAR NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	password VARCHAR NOT NULL, 
	must_change BOOLEAN NOT NULL, 
	since BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "portal_users" VALUES('admin','admin','hash',0,1767225600000000);
CREATE TABLE processor_runs (
	number INTEGER NOT NULL, 
	configuration VARCHAR NOT NULL, 
	started BIGINT NOT NULL, 
	seconds FLOAT NOT NULL, 
	outcome VARCHAR(16) NOT NULL, 
	prompts TEXT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "processor_runs" VALUES(1,'EVCE Setup Processor',1767225600000000,0.0,'Succeeded','[]');
CREATE TABLE refused_writes (
	number INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	user VARCHAR(128) NOT NULL, 
	client VARCHAR(128) NOT NULL, 
	item VARCHAR NOT NULL, 
	old VARCHAR NOT NULL, 
	new VARCHAR NOT NULL, 
	why VARCHAR NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "refused_writes" VALUES(1,'2026-01-01T00:30:00Z','guest','192.168.0.8','Zones/9/ZoneReduction','','5','INVALID_ID');
CREATE TABLE settings (
	number INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	"by" VARCHAR NOT NULL, 
	words VARCHAR NOT NULL, 
	document TEXT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "settings" VALUES(1,1767225600000000,'admin','the first','[evce]
login = "bms"
');
CREATE TABLE site_changes (
	sequence INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	old VARCHAR NOT NULL, 
	new VARCHAR NOT NULL, 
	PRIMARY KEY (sequence)
);
INSERT INTO "site_changes" VALUES(1,'2026-01-01T00:00:00Z','Zones/1','added','','Z1');
INSERT INTO "site_changes" VALUES(2,'2026-01-01T00:00:00Z','Zones/2','added','','Z2');
INSERT INTO "site_changes" VALUES(3,'2026-01-01T00:00:00Z','Zones/3','added','','Z3');
INSERT INTO "site_changes" VALUES(4,'2026-01-01T00:00:00Z','Stations/1','added','','EVSimu1');
INSERT INTO "site_changes" VALUES(5,'2026-01-01T00:00:00Z','Stations/1/Connectors/1','added','','Connector-1');
CREATE TABLE site_objects (
	list VARCHAR(16) NOT NULL, 
	folder VARCHAR(64) NOT NULL, 
	position INTEGER NOT NULL, 
	gone_since VARCHAR(32) NOT NULL, 
	body VARCHAR NOT NULL, 
	PRIMARY KEY (list, folder)
);
INSERT INTO "site_objects" VALUES('zones','Zones/1',0,'','{"id": 1, "name": "Z1", "type": "STATIC", "maxCurrent": 100, "setPointCurrent": 100, "setPointPower": 69, "numberOfTransactions": 0, "reduction": {"value": 10.0, "type": "percentage", "description": "external-reduction@bmsApi-1-Z1", "validity": "2149-12-16T08:27:56Z", "validityMode": "absolute"}}');
INSERT INTO "site_objects" VALUES('zones','Zones/2',1,'','{"id": 2, "name": "Z2", "type": "STATIC", "maxCurrent": 63, "setPointCurrent": 63, "setPointPower": 43, "numberOfTransactions": 0, "reduction": null}');
INSERT INTO "site_objects" VALUES('zones','Zones/3',2,'','{"id": 3, "name": "Z3", "type": "DYNAMIC", "maxCurrent": 125, "setPointCurrent": 125, "setPointPower": 86, "numberOfTransactions": 0, "reduction": null}');
INSERT INTO "site_objects" VALUES('stations','Stations/1',0,'','{"id": 1, "zoneId": 1, "friendlyName": "EVSimu1", "ocppIdentifier": "EVSimu1", "type": "ocpp1.6", "serialNumber": "EVSimu1", "model": "Open OCPP Simulated", "version": "1.1.0", "ipAddress": "192.168.0.194", "cpoUrl": null, "acceptedByCpo": false, "connected": true, "status": "available", "authenticationMode": "allow_all", "disconnectedAuthenticationMode": "allow_all"}');
INSERT INTO "site_objects" VALUES('connectors','Stations/1/Connectors/1',0,'','{"id": 1, "stationId": 1, "logicalConnector": 1, "status": "available", "available": true, "dc": false, "fixedSetPoint": false, "maxCurrent": 32, "maxPower": null, "phaseConnection": "mono1", "setPointCurrent": 32, "setPointPower": 7, "activePower": [0.13, 0.0, 0.0], "rmsCurrent": [0.58, 0.0, 0.0], "activeEnergy": 12.5, "errorCode": null, "transactionId": null}');
CREATE TABLE subscriptions (
	id VARCHAR NOT NULL, 
	owner VARCHAR NOT NULL, 
	event_type INTEGER NOT NULL, 
	event_mode INTEGER NOT NULL, 
	wanted VARCHAR NOT NULL, 
	expires BIGINT NOT NULL, 
	terminated BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "subscriptions" VALUES('abc','ebo',0,0,'[["Zones/1/ZoneName"], 1, 900, ["EVCE Fault"]]',1798761600000000,0);
CREATE TABLE system_events (
	sequence INTEGER NOT NULL, 
	time BIGINT NOT NULL, 
	type VARCHAR NOT NULL, 
	priority INTEGER NOT NULL, 
	message VARCHAR NOT NULL, 
	PRIMARY KEY (sequence)
);
INSERT INTO "system_events" VALUES(1,1767225600000000,'EWS login',200,'The user ''guest'' was refused.');
CREATE INDEX alarm_events_by_alarm ON alarm_events (alarm, sequence);
CREATE INDEX ix_processor_runs_configuration ON processor_runs (configuration);
CREATE INDEX ix_commands_item ON commands (item);
CREATE INDEX ix_commands_stage ON commands (stage, sequence);
CREATE INDEX ix_commands_last ON commands (success, item, sequence);
COMMIT;
